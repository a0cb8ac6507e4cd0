package dev.sallyport.mcp.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A server with two tools: {@code faulty} goes wrong as its argument {@code fault} says, and {@code
 * steady} says {@code steady}. What goes wrong goes on until it is mended.
 */
public interface FaultyServer extends AutoCloseable {
  /** The most that it may answer. */
  int MOST_BYTES = 100_000;

  /** How it is registered. */
  ObjectNode spec();

  /** Has go wrong what goes wrong before a call. */
  void prepare(Fault fault) throws InterruptedException;

  /** Waits until what goes wrong has begun in so many calls more. */
  void awaitBegun(int calls) throws InterruptedException;

  /** In how many calls it has begun that were not waited for. */
  int begun();

  /** Ends what goes wrong. */
  void mend();

  @Override
  void close();
}
