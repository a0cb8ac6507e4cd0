package dev.sallyport.mcp.testing;

/** What goes wrong with a {@link FaultyServer}. */
public enum Fault {
  /** It dies when it is called. */
  KILLED_IN_MID_CALL,
  /** It has died before it is called. A server over HTTP stays down, a process can be started. */
  KILLED_BEFORE_THE_CALL,
  /** It takes the call and says nothing. */
  HANGS,
  /** The head of its answer comes byte by byte. */
  DRIPS_ITS_HEAD,
  /** Its answer comes byte by byte. */
  DRIPS_ITS_ANSWER,
  /** A half of its answer comes, and then nothing. */
  STOPS_IN_THE_ANSWER,
  /** It tells things without end. */
  FLOODS_WITH_MESSAGES,
  /** It sends bytes without end that make no message. */
  FLOODS_WITH_BYTES,
  /** It sends empty lines, or comments, without end. */
  FLOODS_WITH_NOTHING,
  /** The head of its answer has no end. */
  FLOODS_WITH_A_HEAD,
  /** It writes to its standard error without end, and answers. */
  FLOODS_ITS_LOG,
  /** Its answer is not JSON. */
  ANSWERS_NO_JSON,
  /** The event of its answer is not JSON. */
  STREAMS_NO_JSON,
  /** Its answer says that it is something else than JSON. */
  ANSWERS_ANOTHER_TYPE,
  /** It answers with the status 500. */
  FAILS_WITH_500,
  /** It answers with the status 204. */
  ANSWERS_NOTHING,
  /** It answers another request than that which was made. */
  ANSWERS_ANOTHER_ID,
  /** It answers twice. */
  ANSWERS_TWICE,
  /** It answers a second time when it is called again. */
  ANSWERS_AGAIN_LATER,
  /** It answers when nobody waits for it any more. */
  ANSWERS_TOO_LATE,
  /** Its answer is larger than it may be. */
  ANSWERS_TOO_MUCH,
  /** The event of its answer is larger than it may be. */
  STREAMS_TOO_MUCH,
  /** It closes its output before it answers, and nothing else. */
  CLOSES_ITS_OUTPUT,
  /** It closes its output in the midst of its answer, and nothing else. */
  CLOSES_ITS_OUTPUT_IN_THE_ANSWER,
  /** It closes its input when it is called, and nothing else. */
  CLOSES_ITS_INPUT,
  /** It has died, and ends whenever it is started. */
  EXITS_AT_ITS_START,
  /** It has died, and writes what is no message when it is started. */
  WRITES_GARBAGE_AT_ITS_START;

  /** Stands in all that a server sends while it goes wrong: nobody may see it. */
  public static final String LEAK = "leak-7f3a9c51d2";
}
