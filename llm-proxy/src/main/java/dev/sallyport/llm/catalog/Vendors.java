package dev.sallyport.llm.catalog;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.WireJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The vendors that are known by name: where each serves, and how it differs from the protocol that
 * it speaks. A protocol's inventor goes by the protocol's name.
 */
final class Vendors {
  private static final Map<String, Vendor> ALL = read();

  private Vendors() {}

  /** A vendor that speaks a protocol. */
  static Optional<Vendor> find(Protocol protocol, String name) {
    return Optional.ofNullable(ALL.get(name)).filter(one -> one.protocol() == protocol);
  }

  /** The names of all that speak a protocol, for those who wrote another. */
  static String names(Protocol protocol) {
    return ALL.entrySet().stream()
        .filter(entry -> entry.getValue().protocol() == protocol)
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }

  private static Map<String, Vendor> read() {
    try (var in = Vendors.class.getResourceAsStream("/llm/vendors.json")) {
      var read = WireJson.MAPPER.readValue(in, new TypeReference<Map<String, Written>>() {});
      var vendors = new TreeMap<String, Vendor>();
      read.forEach((name, written) -> vendors.put(name, written.vendor()));
      return vendors;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Somebody who serves models by a protocol.
   *
   * @param baseUrl where; empty if where the protocol's inventor does
   */
  record Vendor(Protocol protocol, Optional<String> baseUrl, Quirks quirks) {}

  /** The same, as written. */
  record Written(String protocol, @Nullable String baseUrl, @Nullable QuirksSpec quirks) {
    Vendor vendor() {
      return new Vendor(
          Protocol.of(protocol).orElseThrow(),
          Optional.ofNullable(baseUrl),
          quirks == null ? Quirks.NONE : quirks.over(Quirks.NONE));
    }
  }
}
