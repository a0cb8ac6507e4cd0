package dev.sallyport.vault.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.vault.egress.EgressRequest;
import dev.sallyport.vault.egress.EgressRequest.Header;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors are those of AWS's published test suite for Signature Version 4. */
class SigV4Test {
  private static final Instant AT = Instant.parse("2015-08-30T12:36:00Z");
  private static final String STAMP = "20150830T123600Z";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final String SCOPE =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ";
  private static final String LETTERS =
      "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String TOKEN =
      "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSP"
          + "fIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQ"
          + "DYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz"
          + "+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
  private static final AwsKeys KEYS = new AwsKeys("AKIDEXAMPLE", SECRET, Optional.empty());

  /**
   * A name, what is requested, and what the suite's signature is; {@code LETTERS} stand for all.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          get-vanilla | GET | / | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
          get-vanilla-empty-query-key | GET | /?Param1=value1 | a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb
          get-vanilla-query-order-key-case | GET | /?Param2=value2&Param1=value1 | b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500
          get-vanilla-query-order-key | GET | /?Param1=value2&Param1=Value1 | eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1
          get-vanilla-query-order-value | GET | /?Param1=value2&Param1=value1 | 5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694
          get-vanilla-query-order-encoded | GET | /?Param-3=Value3&Param=Value2&%E1%88%B4=Value1 | 371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac
          get-vanilla-query-unreserved | GET | /?LETTERS=LETTERS | 9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197
          get-vanilla-utf8-query | GET | /?ሴ=bar | 2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04
          get-unreserved | GET | /LETTERS | 07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f
          get-utf8 | GET | /ሴ | 8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85
          get-relative | GET | /example/.. | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
          get-relative-relative | GET | /example1/example2/../.. | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
          get-slash | GET | // | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
          get-slash-dot-slash | GET | /./ | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
          get-slash-pointless-dot | GET | /./example | ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5
          get-slashes | GET | //example// | 9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84
          get-space | GET | /example space/ | 652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741
          get-special-character | GET | /example/$delete | a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27
          post-vanilla | POST | / | 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b
          post-vanilla-query | POST | /?Param1=value1 | 28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11
          """)
  void signsTargetsAsAwsPublished(String name, String method, String target, String signature) {
    var parts = target.replace("LETTERS", LETTERS).split("\\?", 2);
    var query = parts.length == 2 ? parts[1] : "";

    assertThat(signed(method, parts[0], query, "", "", ""))
        .as(name)
        .isEqualTo(SCOPE + "SignedHeaders=host;x-amz-date, Signature=" + signature);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          get-header-key-duplicate | GET | value2,value2,value1 | c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea
          get-header-value-multiline | GET | `value1
            value2
               value3` | cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd
          get-header-value-order | GET | value4,value1,value3,value2 | 08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01
          post-header-key-sort | POST | value1 | c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c
          post-header-value-case | POST | VALUE1 | cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d
          """)
  void signsHeadersAsAwsPublished(String name, String method, String value, String signature) {
    assertThat(signed(method, "/", "", "my-header1", value, ""))
        .as(name)
        .isEqualTo(SCOPE + "SignedHeaders=host;my-header1;x-amz-date, Signature=" + signature);
  }

  /** post-x-www-form-urlencoded and its -parameters. */
  @ParameterizedTest
  @CsvSource({
    "application/x-www-form-urlencoded,"
        + "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    "application/x-www-form-urlencoded; charset=utf8,"
        + "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"
  })
  void signsTheBodyAndItsType(String type, String signature) {
    var request = post("https://example.amazonaws.com/", type, "Param1=value1");

    assertThat(signer(KEYS).headers(request, AT))
        .containsEntry("X-Amz-Date", STAMP)
        .containsEntry(
            "Authorization",
            SCOPE + "SignedHeaders=content-type;host;x-amz-date, Signature=" + signature);
  }

  /** post-sts-header-before. */
  @Test
  void sendsAndSignsTheTokenOfKeysThatHoldForAWhile() {
    var keys = new AwsKeys("AKIDEXAMPLE", SECRET, Optional.of(TOKEN));
    var request =
        new EgressRequest(
            "POST",
            URI.create("https://example.amazonaws.com/"),
            List.of(),
            new byte[0],
            Duration.ofSeconds(1),
            1);

    assertThat(signer(keys).headers(request, AT))
        .containsEntry("X-Amz-Security-Token", TOKEN)
        .containsEntry(
            "Authorization",
            SCOPE
                + "SignedHeaders=host;x-amz-date;x-amz-security-token,"
                + " Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
  }

  /** The signature is what botocore 1.43.11 makes of the same request. */
  @Test
  void signsAnArnInThePathAsAwsOwnClientDoes() {
    var request =
        post(
            "https://bedrock-runtime.eu-central-1.amazonaws.com/model/arn%3Aaws%3Abedrock"
                + "%3Aeu-central-1%3A123456789012%3Ainference-profile%2Feu.anthropic.claude-v1%3A0"
                + "/converse",
            "application/json", "{\"messages\":[]}");

    assertThat(new SigV4(KEYS, "eu-central-1", "bedrock").headers(request, AT))
        .containsEntry(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-central-1/bedrock/aws4_request,"
                + " SignedHeaders=content-type;host;x-amz-date, Signature="
                + "32a85b39dfa21b33637a4af2e6088fb0ccada9fd0c7917861387176f636a44a6");
  }

  /** A model's name with a colon is encoded to be sent, and once more to be signed. */
  @Test
  void encodesTheModelInThePathTwice() {
    var canonical =
        SigV4.canonical(
            "POST", "/model/meta.llama-v1%3A0/converse", "", new TreeMap<>(), new byte[0]);

    assertThat(canonical).startsWith("POST\n/model/meta.llama-v1%253A0/converse\n\n");
  }

  @Test
  void signsTheHostAsItIsSent() {
    var one = post("http://127.0.0.1:8080/x", "application/json", "{}");
    var other = post("http://127.0.0.1:8081/x", "application/json", "{}");

    assertThat(one.authority()).isEqualTo("127.0.0.1:8080");
    assertThat(signer(KEYS).headers(one, AT)).isNotEqualTo(signer(KEYS).headers(other, AT));
  }

  private static EgressRequest post(String uri, String type, String body) {
    return EgressRequest.post(
        URI.create(uri),
        List.of(new Header("content-type", type)),
        body.getBytes(StandardCharsets.UTF_8),
        Duration.ofSeconds(1),
        1);
  }

  private static SigV4 signer(AwsKeys keys) {
    return new SigV4(keys, "us-east-1", "service");
  }

  private static String signed(
      String method, String path, String query, String name, String value, String body) {
    var headers = new TreeMap<String, String>();
    headers.put("host", "example.amazonaws.com");
    headers.put("x-amz-date", STAMP);
    if (!name.isEmpty()) {
      headers.put(name, value);
    }
    var canonical =
        SigV4.canonical(method, path, query, headers, body.getBytes(StandardCharsets.UTF_8));
    return signer(KEYS).authorization(canonical, headers, STAMP);
  }
}
