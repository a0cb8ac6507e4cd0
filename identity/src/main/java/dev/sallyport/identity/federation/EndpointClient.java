package dev.sallyport.identity.federation;

import dev.sallyport.identity.net.AddressRule;
import dev.sallyport.identity.token.KeySet;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches the document of one bundle endpoint, over a new connection each time.
 *
 * <p>A redirect is followed for this one fetch, to where the endpoint itself could be: over https,
 * without a user, to a server that proves itself in the same way, never to an address that no
 * request may go to, and to this machine only from this machine. Source: SPIFFE Federation,
 * sections 5.2.1.4 and 5.2.2.4.
 */
final class EndpointClient {
  /** How long a fetch may take in all. */
  static final Duration MAX_TIME = Duration.ofSeconds(10);

  /** How many redirects are followed. */
  static final int MAX_REDIRECTS = 3;

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final URI url;
  private final ServerTrust trust;
  private final Duration maxTime;

  /**
   * A client.
   *
   * @throws IllegalArgumentException unless the URL is https, without a user
   */
  EndpointClient(URI url, ServerTrust trust, Duration maxTime) {
    if (!mayBeEndpoint(url)) {
      throw new IllegalArgumentException("url must be https, without a user: " + url);
    }
    this.url = url;
    this.trust = trust;
    this.maxTime = maxTime;
  }

  /**
   * Fetches the document.
   *
   * @throws IOException if it cannot be had
   * @throws GeneralSecurityException if the server cannot be asked to prove itself
   */
  byte[] fetch() throws IOException, GeneralSecurityException {
    var client =
        HttpClient.newBuilder()
            .sslContext(trust.context())
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    try {
      return fetch(client, System.nanoTime() + maxTime.toNanos());
    } finally {
      client.shutdownNow();
    }
  }

  private byte[] fetch(HttpClient client, long deadline) throws IOException {
    var target = url;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      AddressRule.checkLed(url, target);
      var response = get(client, target, deadline);
      if (response.statusCode() == 200) {
        return response.body();
      }
      target = redirected(target, response);
    }
    throw new IOException("redirects more than " + MAX_REDIRECTS + " times");
  }

  private static HttpResponse<byte[]> get(HttpClient client, URI target, long deadline)
      throws IOException {
    var request = HttpRequest.newBuilder(target).header("Accept", "application/json").build();
    var answer =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), KeySet.MAX_BYTES));
    try {
      return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("takes too long", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static URI redirected(URI from, HttpResponse<?> response) throws IOException {
    var location = response.headers().firstValue("Location");
    if (!REDIRECTS.contains(response.statusCode()) || location.isEmpty()) {
      throw new IOException("answers with status " + response.statusCode());
    }
    try {
      var target = from.resolve(location.get());
      if (mayBeEndpoint(target)) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("redirects to no URL", e);
    }
    throw new IOException("redirects to what no bundle endpoint may be");
  }

  private static boolean mayBeEndpoint(URI url) {
    return "https".equalsIgnoreCase(url.getScheme())
        && url.getHost() != null
        && url.getRawUserInfo() == null;
  }
}
