package dev.sallyport.identity.oidc;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;

/** Fetches a small document from exactly the address given, wherever it may point to. */
final class NoRedirectRetriever extends DefaultResourceRetriever {
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int MAX_BYTES = 50 * 1024;

  NoRedirectRetriever() {
    super(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_BYTES);
  }

  @Override
  protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
    var connection = super.openHTTPConnection(url);
    connection.setInstanceFollowRedirects(false);
    return connection;
  }
}
