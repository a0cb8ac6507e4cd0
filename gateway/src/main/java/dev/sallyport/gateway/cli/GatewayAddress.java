package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.gateway.server.DataDirectory;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the gateway on a data directory left word of. One that was killed leaves it behind.
 *
 * @param admin its control plane
 * @param pid its process
 */
record GatewayAddress(URI admin, long pid) {
  /**
   * What stands there.
   *
   * @throws IOException if no gateway left word that can be read
   */
  static GatewayAddress of(Path data) throws IOException {
    var written = new JsonMapper().readTree(DataDirectory.addresses(data).toFile());
    try {
      var admin = new URI(written.path("admin").asText());
      return new GatewayAddress(admin, written.path("pid").asLong());
    } catch (URISyntaxException e) {
      throw new IOException("what a gateway left word of is no URL", e);
    }
  }

  /** The admin token in a file. */
  static String token(Path file) throws IOException {
    return Files.readString(file).strip();
  }
}
