package dev.sallyport.gateway.eval;

import java.io.IOException;

/** One thing that an evaluation measures. */
interface Part {
  /** As the command and the report name it. */
  String name();

  /** What it measures, for the help: a phrase without a capital and without a full stop. */
  String says();

  /**
   * Measures.
   *
   * @throws IOException if it cannot be measured; the message says why
   */
  PartReport run(Setting setting) throws IOException, InterruptedException;
}
