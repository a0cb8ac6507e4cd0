package dev.sallyport.llm.kit;

import static dev.sallyport.llm.kit.Objection.require;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks signatures of AWS's Signature Version 4 as AWS does: over what came. */
public final class AwsSignature {
  static final String SCHEME = "AWS4-HMAC-SHA256";

  private static final String SERVICE = "bedrock";
  private static final HexFormat HEX = HexFormat.of();
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          SCHEME
              + " Credential=([A-Za-z0-9_]+)/((\\d{8})/([a-z0-9-]+)/([a-z]+)/aws4_request), "
              + "SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})");

  private AwsSignature() {}

  /**
   * Goes on only if a request is signed.
   *
   * @param id of the access key
   * @return the region that it is signed for
   * @throws Objection if it is not
   */
  public static String check(Received request, String id, String secret) {
    var said = AUTHORIZATION.matcher(request.header("authorization"));
    require(said.matches(), "Authorization header requires the parts of a signature");
    require(said.group(1).equals(id), "The security token included in the request is invalid.");
    require(said.group(5).equals(SERVICE), "Credential should be scoped to service 'bedrock'");
    var names = List.of(said.group(6).split(";", -1));
    require(
        names.containsAll(List.of("content-type", "host", "x-amz-date")),
        "content-type, host and x-amz-date must be signed");
    var date = request.header("x-amz-date");
    require(date.startsWith(said.group(3)), "Date in Credential scope does not match");
    var text =
        String.join(
            "\n",
            SCHEME,
            date,
            said.group(2),
            digest(canonical(request, names).getBytes(StandardCharsets.UTF_8)));
    var key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (var part : List.of(said.group(3), said.group(4), SERVICE, "aws4_request", text)) {
      key = mac(key, part);
    }
    require(
        HEX.formatHex(key).equals(said.group(7)),
        "The request signature we calculated does not match the signature you provided.");
    return said.group(4);
  }

  private static String canonical(Received request, List<String> names) {
    var headers =
        names.stream()
            .map(name -> name + ":" + request.header(name) + "\n")
            .collect(Collectors.joining());
    var path =
        Arrays.stream(request.path().split("/", -1))
            .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
            .collect(Collectors.joining("/"));
    return String.join(
        "\n", request.method(), path, "", headers, String.join(";", names), digest(request.body()));
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no HmacSHA256", e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no SHA-256", e);
    }
  }
}
