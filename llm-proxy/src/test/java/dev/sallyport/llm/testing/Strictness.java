package dev.sallyport.llm.testing;

/** The refusals of a {@link FakeProvider}, without one. */
public final class Strictness {
  private Strictness() {}

  /** Fails if a real provider would refuse the request. */
  public static void check(Received request) {
    try {
      StrictRules.check(request);
    } catch (StrictRules.Complaint complaint) {
      throw new AssertionError(complaint.getMessage(), complaint);
    }
  }
}
