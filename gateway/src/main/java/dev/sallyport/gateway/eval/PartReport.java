package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;

/** What one part of an evaluation found. */
interface PartReport {
  int passed();

  int failed();

  /** Prints the numbers as a person reads them, in one table. */
  void print(PrintWriter out);

  /** Adds the numbers to the document of the whole evaluation. */
  void addTo(ObjectNode document);
}
