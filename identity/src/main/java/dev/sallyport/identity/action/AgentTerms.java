package dev.sallyport.identity.action;

/**
 * How an agent lives with untrusted content, by its policy.
 *
 * @param readsTainted whether it may be given text that servers chose, which lowers its turn's
 *     label
 * @param containsClientTools whether what the agent's own tools say is put into quarantine on its
 *     way to a model
 * @param inheritsTurns whether a new turn takes over the label of its principal's other turns
 * @param callsAsProposed whether it may call a tool only as a model has proposed it in the same
 *     turn
 */
public record AgentTerms(
    boolean readsTainted,
    boolean containsClientTools,
    boolean inheritsTurns,
    boolean callsAsProposed) {
  /** Of an agent of which no policy speaks: nothing is taken for trusted. */
  public static final AgentTerms STRICT = new AgentTerms(false, true, true, false);
}
