package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.sandbox.process.ChildProcess;
import dev.sallyport.vault.Redactor;
import java.util.List;
import java.util.Optional;

/** Starts the process of a server. */
public interface ProcessStarter {
  /**
   * A process just started.
   *
   * @param redactor finds what the process was given, for as long as it lives
   * @param uses what it was given
   */
  record Started(ChildProcess process, Redactor redactor, List<CredentialUse> uses) {
    public Started {
      uses = List.copyOf(uses);
    }
  }

  /**
   * Starts one.
   *
   * @throws dev.sallyport.identity.action.Refusal if it cannot be started
   */
  Started start();

  /** Why the last one could not be started; empty if it could. Not for agents. */
  default Optional<String> trouble() {
    return Optional.empty();
  }

  /** What it says of a server that its process ended with this exit status. Not for agents. */
  default String ended(int exitStatus) {
    return "its process ended with exit status " + exitStatus + " before it answered";
  }

  /** Whether a process would be given the same if it were started now. */
  boolean isCurrent(Started started);
}
