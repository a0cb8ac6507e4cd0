package dev.sallyport.sandbox.quarantine;

/** How long a text is, roughly. */
enum Length {
  EMPTY(0, "0"),
  WORDS(32, "<=32"),
  PARAGRAPH(256, "<=256"),
  PAGE(4_096, "<=4096"),
  DOCUMENT(65_536, "<=65536"),
  MORE(Integer.MAX_VALUE, ">65536");

  static final double BITS = BitBudget.choice(values().length);

  private final int most;
  private final String label;

  Length(int most, String label) {
    this.most = most;
    this.label = label;
  }

  String label() {
    return label;
  }

  static Length of(String text) {
    for (var length : values()) {
      if (text.length() <= length.most) {
        return length;
      }
    }
    return MORE;
  }
}
