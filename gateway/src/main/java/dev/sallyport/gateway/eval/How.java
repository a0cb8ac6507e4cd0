package dev.sallyport.gateway.eval;

import java.util.Locale;

/** How an argument can be made of what an agent has, or why it cannot. */
enum How {
  /** It stands in the words of the user. */
  PROMPT(true, "stands in the task"),
  /** It is made of words of the user. */
  WORDING(true, "words of the task"),
  /** It is a date or a time that the user says in another form. */
  MOMENT(true, "date of the task in another form"),
  /** The schema of the tool gives it: a truth value, one of some words, a default. */
  SCHEMA(true, "given by the tool's schema"),
  /** A result showed it: a number. */
  SHOWN(true, "a number that was shown"),
  /** It can be reckoned from numbers of the user and numbers that were shown or told. */
  RECKONED(true, "reckoned from numbers"),
  /** It is all of a held text. */
  REFERENCE(true, "a reference"),
  /** It is picked out of a held text. */
  PICKED(true, "picked by q_match"),
  /** It is put together of words of the user and of held texts. */
  COMPOSED(true, "composed"),
  /** The quarantined model tells it, within a closed schema. */
  ASKED(true, "told by q_ask"),
  /** The quarantined model copies it, or parts of it, out of a held text. */
  EXTRACTED(true, "copied by q_extract"),
  /** The quarantined model writes it; the corpus leaves the wording open. */
  REWRITTEN(true, "written by q_map"),
  /** A limit that the agent sets itself, within what the schema of the tool allows. */
  CHOSEN(true, "a limit of the agent's own"),
  /** Words that the agent would have to think of, having read what it cannot read. */
  OWN_WORDS(false, "words of the agent's own"),
  /** A number that was not shown, and cannot be asked for. */
  UNKNOWN_NUMBER(false, "number that did not cross"),
  /** The gateway refused what would have given it. */
  REFUSED(false, "refused by the gateway"),
  /** It was made, but the tool was sent something else. */
  SENT_OTHERWISE(false, "sent otherwise");

  private final boolean works;
  private final String words;

  How(boolean works, String words) {
    this.works = works;
    this.words = words;
  }

  boolean works() {
    return works;
  }

  /** For a table. */
  String words() {
    return words;
  }

  /** For a report. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
