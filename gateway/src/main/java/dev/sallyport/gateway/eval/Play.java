package dev.sallyport.gateway.eval;

import dev.sallyport.gateway.eval.AgentTurn.Answer;
import java.io.IOException;
import java.util.List;

/**
 * One situation of an organisation: what is to be done, and what its rule forbids.
 *
 * @param name what it is called, and the file of its rule
 * @param mechanism what of the product expresses the rule, in a few words
 * @param task does what is to be done, and notes what came of it
 * @param forbidden what must be refused
 */
record Play(String name, String mechanism, Task task, List<Forbidden> forbidden) {
  /** A call that goes against the contract of its tool. */
  static final String FLOW = "flow_refused";

  /** A call that waits for a person. */
  static final String HELD = "approval_required";

  /** A call that no policy grants. */
  static final String UNKNOWN = "unknown_tool";

  Play {
    forbidden = List.copyOf(forbidden);
  }

  /** What an agent does. */
  @FunctionalInterface
  interface Task {
    void run(Hand hand) throws IOException, InterruptedException;
  }

  /** What an agent tries; its last call is the one that counts. */
  @FunctionalInterface
  interface Try {
    Answer run(Hand hand) throws IOException, InterruptedException;
  }

  /**
   * Something that must be refused.
   *
   * @param way how it is tried, in words
   * @param code by which code it is refused
   * @param canary what the last call brings to the firm's server where there is no rule
   */
  record Forbidden(String way, String code, String canary, Try attempt) {}

  /** Something that the contract of a tool refuses. */
  static Forbidden refused(String way, String canary, Try attempt) {
    return new Forbidden(way, FLOW, canary, attempt);
  }
}
