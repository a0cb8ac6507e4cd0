package dev.sallyport.identity.audit;

/** What a record tells of. */
enum RecordType {
  INTENT("intent"),
  OUTCOME("outcome"),
  DENIED("denied"),
  HELD("held"),
  EVENT("event"),
  STARTED("started"),
  STOPPED("stopped");

  private final String label;

  RecordType(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
