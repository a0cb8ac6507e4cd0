package dev.sallyport.llm.kit;

/** What a provider finds wrong with a request. */
public final class Objection extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  public Objection(String message) {
    this(400, "invalid_request_error", message);
  }

  /**
   * One with a status of its own.
   *
   * @param code the provider's word for the kind of mistake
   */
  public Objection(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  /** What is wrong, in words. */
  public String words() {
    return String.valueOf(getMessage());
  }

  /**
   * Goes on only if a rule is kept.
   *
   * @throws Objection if it is not
   */
  static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new Objection(complaint);
    }
  }
}
