package dev.sallyport.vault.aws;

import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.vault.Outgoing;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests for one service in one region. The host, the content type and whatever it adds are
 * signed, and the body. Source: AWS IAM User Guide, "Create a signed AWS API request". For all
 * services but S3, which wants paths encoded once.
 */
public final class SigV4 {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final HexFormat HEX = HexFormat.of();
  private static final HexFormat PERCENT = HexFormat.of().withUpperCase().withPrefix("%");
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final String UNRESERVED = "-._~";

  private final AwsKeys keys;
  private final String region;
  private final String service;

  /**
   * A signer.
   *
   * @param service the service's signing name
   */
  public SigV4(AwsKeys keys, String region, String service) {
    this.keys = keys;
    this.region = region;
    this.service = service;
  }

  /** The headers that sign a request, to be sent within minutes of that time. */
  public Map<String, String> headers(Outgoing request, Instant now) {
    var added = new LinkedHashMap<String, String>();
    added.put("X-Amz-Date", STAMP.format(now));
    keys.sessionToken().ifPresent(token -> added.put("X-Amz-Security-Token", token));
    var signed = new TreeMap<String, String>();
    signed.put("host", request.authority());
    request.header("Content-Type").ifPresent(type -> signed.put("content-type", type));
    added.forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), value));
    var uri = URI.create(request.uri().toASCIIString());
    var query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    var canonical = canonical(request.method(), uri.getRawPath(), query, signed, request.body());
    added.put("Authorization", authorization(canonical, signed, STAMP.format(now)));
    return added;
  }

  /**
   * The request as it is signed.
   *
   * @param path as it is sent
   * @param headers those that are signed, by their names in lower case
   */
  static String canonical(
      String method, String path, String query, SortedMap<String, String> headers, byte[] body) {
    var lines =
        headers.entrySet().stream()
            .map(header -> header.getKey() + ":" + spaced(header.getValue()) + "\n")
            .collect(Collectors.joining());
    return String.join(
        "\n",
        method,
        canonicalPath(path),
        canonicalQuery(query),
        lines,
        String.join(";", headers.keySet()),
        Sha256.hex(body));
  }

  /**
   * The header that signs.
   *
   * @param stamp the time, as {@code X-Amz-Date} says it
   */
  String authorization(String canonical, SortedMap<String, String> headers, String stamp) {
    var day = stamp.substring(0, 8);
    var scope = String.join("/", day, region, service, "aws4_request");
    var toSign = String.join("\n", ALGORITHM, stamp, scope, Sha256.hex(canonical));
    var key = hmac(bytes("AWS4" + keys.secretAccessKey()), day);
    for (var part : new String[] {region, service, "aws4_request"}) {
      key = hmac(key, part);
    }
    return "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
        .formatted(
            ALGORITHM,
            keys.accessKeyId(),
            scope,
            String.join(";", headers.keySet()),
            HEX.formatHex(hmac(key, toSign)));
  }

  private static String spaced(String value) {
    return SPACES.matcher(value.strip()).replaceAll(" ");
  }

  /** Without dots and empty segments; what was encoded to be sent is encoded once more. */
  private static String canonicalPath(String path) {
    var segments = new ArrayDeque<String>();
    for (var segment : path.split("/", -1)) {
      switch (segment) {
        case "", "." -> {}
        case ".." -> {
          var _ = segments.pollLast();
        }
        default -> segments.addLast(encoded(bytes(segment)));
      }
    }
    var joined = "/" + String.join("/", segments);
    return path.endsWith("/") && joined.length() > 1 ? joined + "/" : joined;
  }

  private static String canonicalQuery(String query) {
    return Arrays.stream(query.split("&", -1))
        .filter(pair -> !pair.isEmpty())
        .map(SigV4::canonicalPair)
        .sorted((one, other) -> Arrays.compare(one, other))
        .map(pair -> pair[0] + "=" + pair[1])
        .collect(Collectors.joining("&"));
  }

  private static String[] canonicalPair(String pair) {
    int equals = pair.indexOf('=');
    var name = equals < 0 ? pair : pair.substring(0, equals);
    var value = equals < 0 ? "" : pair.substring(equals + 1);
    return new String[] {encoded(decoded(name)), encoded(decoded(value))};
  }

  private static byte[] decoded(String text) {
    var in = bytes(text);
    var out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      boolean escape =
          in[i] == '%'
              && i + 2 < in.length
              && HexFormat.isHexDigit(in[i + 1])
              && HexFormat.isHexDigit(in[i + 2]);
      out.write(
          escape
              ? 16 * HexFormat.fromHexDigit(in[i + 1]) + HexFormat.fromHexDigit(in[i + 2])
              : in[i]);
      i += escape ? 2 : 0;
    }
    return out.toByteArray();
  }

  private static String encoded(byte[] text) {
    var out = new StringBuilder(text.length + 16);
    for (byte b : text) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || UNRESERVED.indexOf(c) >= 0;
      out.append(plain ? String.valueOf(c) : PERCENT.formatHex(new byte[] {b}));
    }
    return out.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(bytes(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC", e);
    }
  }
}
