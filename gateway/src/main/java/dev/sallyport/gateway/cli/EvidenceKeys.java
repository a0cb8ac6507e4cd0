package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.server.DataDirectory;
import dev.sallyport.gateway.server.StoredKeys;
import dev.sallyport.identity.audit.LedgerVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The public keys that evidence is checked with.
 *
 * @param written each in the form {@code NAME+HASH+BASE64}
 * @param said where they come from, and what that proves
 */
record EvidenceKeys(List<String> written, String said) {
  /** Those that somebody names: each a key as it is written, or a file of such lines. */
  static EvidenceKeys named(List<String> named) throws IOException {
    var written = new ArrayList<String>();
    for (var one : named) {
      if (one.matches("[^+]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]+=*")) {
        written.add(one);
      } else {
        Files.readAllLines(Path.of(one), StandardCharsets.ISO_8859_1).stream()
            .filter(line -> !line.isBlank())
            .forEach(written::add);
      }
    }
    return new EvidenceKeys(written, "checked with the keys that --key names");
  }

  /** That of the vault of the data directory; where it cannot be reached, what lies beside. */
  static EvidenceKeys of(Path data) throws IOException {
    var stored = running(data).map(List::of).orElseGet(() -> StoredKeys.of(data));
    if (!stored.isEmpty()) {
      return new EvidenceKeys(stored, "checked with the key that this gateway's vault holds");
    }
    return new EvidenceKeys(
        LedgerVerifier.keysBeside(DataDirectory.evidence(data)),
        "signed by keys found beside the evidence, which prove nothing against whoever can write"
            + " there; name a key that was kept elsewhere with --key");
  }

  /** What the gateway says that runs on the data directory, if one does and can be asked. */
  private static Optional<String> running(Path data) {
    try {
      var token = GatewayAddress.token(DataDirectory.adminToken(data));
      var client = new AdminClient(GatewayAddress.of(data).admin(), token);
      var reply = client.get("/admin/evidence/key");
      var key = reply.body().path("key");
      return reply.ok() && key.isTextual() ? Optional.of(key.asText()) : Optional.empty();
    } catch (IOException | CommandFailure | IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
