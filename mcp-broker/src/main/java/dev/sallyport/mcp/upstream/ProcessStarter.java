package dev.sallyport.mcp.upstream;

import dev.sallyport.sandbox.process.ChildProcess;
import dev.sallyport.vault.Redactor;

/** Starts the process of a server. */
@FunctionalInterface
public interface ProcessStarter {
  /**
   * A process just started.
   *
   * @param redactor finds what the process was given, for as long as it lives
   */
  record Started(ChildProcess process, Redactor redactor) {}

  /**
   * Starts one.
   *
   * @throws dev.sallyport.identity.action.Refusal if it cannot be started
   */
  Started start();
}
