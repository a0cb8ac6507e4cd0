package dev.sallyport.identity.oidc;

import dev.sallyport.identity.net.AddressRule;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** A small document at exactly one address: no redirect is followed, wherever it may point to. */
final class WebDocument implements KeyDocument {
  /** The longest document that is read, in bytes. */
  static final int MAX_BYTES = 50 * 1024;

  /** How long the whole of a fetch may take. */
  static final Duration DEADLINE = Duration.ofSeconds(3);

  private static final String NOT_THERE =
      "cannot be connected to: there is no such host, or nothing listens there";
  private static final int OK = 200;

  private final URI address;
  private final URI from;
  private final HttpClient client;

  /**
   * Nothing is fetched before {@link #fetch}.
   *
   * @param field whose value the address is
   * @throws IllegalArgumentException unless the address is https, or http on this machine
   */
  WebDocument(String field, String address) {
    this(field, address, checked(field, address));
  }

  /**
   * The same, at an address that another document names.
   *
   * @param from where that document is
   */
  WebDocument(String field, String address, URI from) {
    this.address = checked(field, address);
    this.from = from;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(DEADLINE)
            .build();
  }

  private static URI checked(String field, String address) {
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(field + " must be a URL: " + address, e);
    }
    var isHttps = "https".equals(uri.getScheme());
    var isLocal = "http".equals(uri.getScheme()) && AddressRule.isLocal(uri);
    if (uri.getHost() == null || uri.getRawUserInfo() != null || !(isHttps || isLocal)) {
      throw new IllegalArgumentException(
          field + " must be https, or http on this machine, without a user: " + uri);
    }
    return uri;
  }

  @Override
  public String place() {
    return address.toString();
  }

  @Override
  public byte[] fetch() throws IOException {
    if (!from.getHost().equalsIgnoreCase(address.getHost())) {
      checkLed();
    }
    var request = HttpRequest.newBuilder(address).header("Accept", "application/json").build();
    var answer =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    try {
      var response = answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != OK) {
        var fault = "answers with status " + response.statusCode();
        throw new NoDocumentException(fault, address + " " + fault);
      }
      return response.body();
    } catch (TimeoutException | CancellationException e) {
      answer.cancel(true);
      throw fault("gives no whole answer within " + DEADLINE.toSeconds() + " s", "", e);
    } catch (ExecutionException e) {
      throw problem(e);
    } catch (InterruptedException _) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private void checkLed() throws IOException {
    try {
      AddressRule.checkLed(from, address);
    } catch (UnknownHostException e) {
      throw fault(NOT_THERE, "", e);
    }
  }

  private NoDocumentException problem(ExecutionException e) {
    return switch (e.getCause()) {
      case HttpTimeoutException _ -> fault("cannot be connected to in time", "", e);
      case ConnectException _ -> fault(NOT_THERE, "", e);
      case SSLException cause -> fault("is not trusted", ": " + cause.getMessage(), e);
      case null, default -> fault("cannot be fetched", ": " + e.getCause(), e);
    };
  }

  /**
   * What is wrong with this document.
   *
   * @param reason in words that do not depend on what others wrote
   * @param more what is told of it beside that
   */
  NoDocumentException fault(String reason, String more, Exception cause) {
    return new NoDocumentException(reason, address + " " + reason + more, cause);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
