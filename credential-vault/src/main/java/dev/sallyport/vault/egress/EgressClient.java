package dev.sallyport.vault.egress;

import dev.sallyport.vault.Lent;

/** Sends requests to upstreams over HTTP/1.1. Follows no redirects. Thread-safe. */
public interface EgressClient extends AutoCloseable {
  /**
   * Sends a request and waits for the head of its answer.
   *
   * @param lent what to put into the request, in place of any header of the same name, and to take
   *     out of the answer's headers and body
   * @throws EgressException if no answer came
   */
  EgressResponse send(EgressRequest request, Lent lent) throws EgressException;

  /**
   * A client by the same rules whose connections are its own: whatever others do, or their
   * upstreams, takes none from it. It is closed by itself, or with this client.
   *
   * @param maxConnections the most requests under way at once; those beyond it fail with BUSY
   */
  EgressClient pool(int maxConnections);

  @Override
  void close();
}
