package dev.sallyport.vault.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.digest.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretRedactorTest {
  private static final String SECRET = "sk-Live/9+q\"Z&7w_x:Kd0<b>'e\\f";
  private static final String MARK = "[REDACTED:crm]";
  private static final Automaton AUTOMATON = Automaton.of("Bearer " + SECRET);
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void findsEveryEncodingWhereverItIsCut() throws Exception { // CV-01, CV-02
    for (var encoding : encodings().entrySet()) {
      var bytes = ("data: {\"x\": \"" + encoding.getValue() + "\"}\n\n").getBytes(latin());
      for (int cut = 0; cut <= bytes.length; cut++) {
        assertThat(sifted(bytes, cut)).as("%s cut at %d", encoding.getKey(), cut).contains(MARK);
      }
      var whole = sifted(bytes, 0);
      assertThat(whole).startsWith("data: {\"x\": \"").endsWith("\"}\n\n");
      assertThat(whole).doesNotContain(SECRET);
      for (int size : new int[] {1, 2, 7}) {
        var pieces = stream(new SecretRedactor(AUTOMATON, "crm"), new Pieces(bytes, size));
        assertThat(text(pieces.readAllBytes())).as(encoding.getKey()).isEqualTo(whole);
      }
    }
  }

  @Test
  void leavesNothingButTheMarkOfWhatIsWhole() throws Exception {
    for (var name :
        new String[] {"raw", "json", "json twice", "unicode", "percent", "html", "hex"}) {
      var text = "a " + encodings().get(name) + " b";
      assertThat(sifted(text.getBytes(latin()), 0)).as(name).isEqualTo("a " + MARK + " b");
    }
  }

  @Test
  void findsEveryEncodingInATextThatComesInPieces() {
    for (var encoding : encodings().entrySet()) {
      var text = "x: " + encoding.getValue() + " \u00e9";
      for (int cut = 0; cut <= text.length(); cut++) {
        var redactor = new SecretRedactor(AUTOMATON, "crm");
        var scan = redactor.scans().getFirst();
        var found = new ArrayList<>(scan.next(text.substring(0, cut)));
        long held = scan.undecided();
        var later = scan.next(text.substring(cut));
        found.addAll(later);

        assertThat(redactor.found()).as(encoding.getKey()).isPositive().isEqualTo(found.size());
        assertThat(later).allSatisfy(span -> assertThat(span.from()).isGreaterThanOrEqualTo(held));
        assertThat(scan.undecided()).isEqualTo(text.length());
      }
    }
  }

  @Test
  void holdsNoMoreOfATextThanCouldBeTheBeginningOfASecret() {
    var scan = new SecretRedactor(AUTOMATON, "crm").scans().getFirst();
    assertThat(scan.next("s".repeat(100) + "k-L")).isEmpty();
    assertThat(scan.undecided()).isEqualTo(99);
    for (int i = 0; i < 5_000; i++) {
      scan.next("\\");
    }
    assertThat(5_103 - scan.undecided()).isLessThan(128);
    assertThat(scan.next(" ")).isEmpty();
    assertThat(scan.undecided()).isEqualTo(5_104);
    assertThat(scan.replacement()).isEqualTo(MARK);
  }

  @Test
  void holdsNoMoreOfATextBecauseSomethingBeforeWasLong() {
    var scan = new SecretRedactor(AUTOMATON, "crm").scans().getFirst();
    assertThat(scan.next(each("\\u%04x").substring(0, 120))).isEmpty();
    assertThat(scan.undecided()).isZero();
    assertThat(scan.next("\u00e9" + "s".repeat(100) + "k-L")).isEmpty();
    assertThat(scan.undecided()).isEqualTo(220);
  }

  @ParameterizedTest
  @CsvSource({"8, 1", "11, 1", "12, 2", "31, 6", "32, 7", "36, 7", "194, 7"})
  void hasLessThanAQuarterOfASecretTold(int length, int most) {
    var secret = (Sha256.hex("a") + Sha256.hex("b") + Sha256.hex("c") + "9!").substring(0, length);

    assertThat(Automaton.of("Bearer " + secret).mostTold()).isEqualTo(most);
  }

  @Test
  void keepsJsonWellFormed() throws Exception {
    var tree = JSON.createObjectNode().put("a", "x\\" + SECRET).put("b", "\n" + SECRET + "\"");
    var once = JSON.writeValueAsString(tree);
    var twice = JSON.writeValueAsString(JSON.createObjectNode().put("inner", once));
    for (var document : new String[] {once, twice}) {
      var sifted = sifted(document.getBytes(StandardCharsets.UTF_8), 0);
      assertThat(JSON.readTree(sifted).toString()).contains(MARK).doesNotContain("sk-Live");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s", "sk-Liv", "sk-sk-sk-L", "%73%6b\\u0073&#115;", "\u00e9\u4e2d sk-Live/9+"})
  void leavesAloneWhatIsNoSecret(String text) throws Exception {
    var redactor = new SecretRedactor(AUTOMATON, "crm");
    assertThat(redactor.redact(text)).isSameAs(text);
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int cut = 0; cut <= bytes.length; cut++) {
      var pieces = stream(redactor, new Pieces(bytes, Math.max(cut, 1)));
      assertThat(pieces.readAllBytes()).isEqualTo(bytes);
    }
    assertThat(redactor.found()).isZero();
  }

  @Test
  void countsWhatItFindsAndFindsAllOfIt() throws Exception {
    var redactor = new SecretRedactor(AUTOMATON, "crm");
    var text = SECRET + SECRET + " sk-" + SECRET + "\u00e9" + SECRET;
    assertThat(redactor.redact(text)).isEqualTo(MARK + MARK + " sk-" + MARK + "\u00e9" + MARK);
    assertThat(redactor.found()).isEqualTo(4);
    var body = stream(redactor, new Pieces(text.getBytes(StandardCharsets.UTF_8), 5));
    body.readAllBytes();
    assertThat(redactor.found()).isEqualTo(8);
  }

  @Test
  void givesOnAtOnceWhatCannotBeTheBeginningOfASecret() throws Exception {
    var redactor = new SecretRedactor(AUTOMATON, "crm");
    var event = "data: as is\n\n";
    try (var in = stream(redactor, new Pieces((event + "sk-Li").getBytes(latin()), 18))) {
      var buffer = new byte[64];
      assertThat(in.read(buffer)).isEqualTo(event.length());
    }
  }

  @Test
  void readsOnWithSmallAndSingleReads() throws Exception {
    var bytes = ("abc " + SECRET + " def").getBytes(latin());
    try (var in = stream(new SecretRedactor(AUTOMATON, "crm"), new Pieces(bytes, 3))) {
      var out = new ByteArrayOutputStream();
      for (int c = in.read(); c >= 0; c = in.read()) {
        out.write(c);
      }
      assertThat(text(out.toByteArray())).isEqualTo("abc " + MARK + " def");
    }
  }

  @Test
  void redactsTreesInValuesAndKeys() throws Exception {
    var redactor = new SecretRedactor(AUTOMATON, "crm");
    var tree = JSON.createObjectNode();
    tree.put("Bearer " + SECRET, 1).putArray("list").add("x " + SECRET).add(true).addNull();
    assertThat(redactor.redact(tree).toString())
        .isEqualTo("{\"Bearer [REDACTED:crm]\":1,\"list\":[\"x [REDACTED:crm]\",true,null]}");
    assertThat(redactor.found()).isEqualTo(2);
    var innocent = JSON.readTree("{\"a\":[1,2.5,\"b\",{\"c\":null}]}");
    assertThat(redactor.redact(innocent)).isSameAs(innocent);
  }

  @Test
  void redactsNumbersThatAreTheSecret() throws Exception {
    var redactor = new SecretRedactor(Automaton.of("4820194471"), "pin");
    assertThat(redactor.redact(JSON.readTree("{\"n\":4820194471}")).toString())
        .isEqualTo("{\"n\":\"[REDACTED:pin]\"}");
  }

  @Test
  void unpacksWhatTreesHold() throws Exception { // CV-01
    var twice = base64(base64(SECRET.getBytes(latin())).getBytes(latin()));
    var zipped = base64(gzip("x".repeat(100) + SECRET));
    var lines = Base64.getMimeEncoder(76, "\r\n".getBytes(latin()));
    var cases =
        Map.of(
            "twice",
            twice,
            "zipped",
            zipped,
            "zipped in url alphabet",
            zipped.replace('+', '-').replace('/', '_'),
            "zipped with line breaks",
            lines.encodeToString(gzip("y" + SECRET)),
            "zipped twice packed",
            base64(base64(gzip(SECRET)).getBytes(latin())),
            "behind other digits",
            "QUJDREVGR0hJSktMTU5PUA" + zipped);
    for (var packed : cases.entrySet()) {
      var redactor = new SecretRedactor(AUTOMATON, "crm");
      var tree = JSON.createObjectNode().put("blob", "data: " + packed.getValue() + " end");
      var redacted = redactor.redact(tree).get("blob").textValue();
      assertThat(redacted).as(packed.getKey()).isEqualTo("data: " + MARK + " end");
      assertThat(redactor.found()).isEqualTo(1);
    }
  }

  @Test
  void doesNotUnpackBombs() throws Exception {
    var redactor = new SecretRedactor(AUTOMATON, "crm");
    var bomb = JSON.createObjectNode();
    var packed = base64(gzip("0".repeat(4 << 20)));
    for (int i = 0; i < 20; i++) {
      bomb.put("b" + i, packed);
    }
    assertThat(redactor.redact(bomb)).isSameAs(bomb);
  }

  @Test
  void findsWhatBasicEncodes() throws Exception {
    var basic = "Basic " + base64("user:correct-horse".getBytes(latin()));
    var redactor = new SecretRedactor(Automaton.of(basic), "crm");
    assertThat(redactor.redact(basic)).startsWith("Basic ").contains(MARK).hasSizeLessThan(36);
    assertThat(redactor.redact("pass correct-horse!")).isEqualTo("pass " + MARK + "!");
  }

  @Test
  void staysSmall() {
    assertThat(AUTOMATON.bytes()).isLessThan(2 << 20);
    var random = new Random(1);
    var token = new StringBuilder("eyJhbGciOiJSUzI1NiJ9.");
    while (token.length() < 1_500) {
      token.append(
          Base64.getUrlEncoder().encodeToString(new byte[] {(byte) random.nextInt()}), 0, 2);
    }
    assertThat(Automaton.of("Bearer " + token).bytes()).isLessThan(32 << 20);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 4_000})
  void refusesToLookForWhatRepeatsItselfWithoutEnd(int length) {
    assertThatThrownBy(() -> Automaton.of("a1".repeat(length)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Map<String, String> encodings() {
    var all = new LinkedHashMap<String, String>();
    all.put("raw", SECRET);
    all.put("json", json(SECRET));
    all.put("json twice", json(json(SECRET)));
    all.put("json with slashes", json(SECRET).replace("/", "\\/"));
    all.put("unicode", each("\\u%04x"));
    all.put("unicode upper", each("\\u%04X"));
    all.put("unicode twice", each("\\\\u%04x"));
    all.put("unicode in part", SECRET.replace("k", "\\u006b").replace("\"", "\\\""));
    all.put("python", each("\\x%02x"));
    all.put("percent", each("%%%02X"));
    all.put("percent lower", each("%%%02x"));
    all.put("percent twice", each("%%25%02X"));
    all.put("form", URLEncoder.encode(SECRET, StandardCharsets.UTF_8));
    all.put("html", each("&#%d;"));
    all.put("html hex", each("&#x%X;"));
    all.put(
        "html names",
        SECRET
            .replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\"", "&quot;"));
    all.put("hex", HexFormat.of().formatHex(SECRET.getBytes(latin())));
    all.put(
        "hex upper",
        HexFormat.ofDelimiter(":").withUpperCase().formatHex(SECRET.getBytes(latin())));
    putWithJson(all, "reversed", new StringBuilder(SECRET).reverse().toString());
    all.put("upper", SECRET.toUpperCase(Locale.ROOT));
    all.put("utf-16", new String(SECRET.getBytes(StandardCharsets.UTF_16LE), latin()));
    putWithJson(all, "spaced", String.join(" ", SECRET.split("")));
    putWithJson(all, "rot13", "fx-Yvir/9+d\"M&7j_k:Xq0<o>'r\\s");
    for (var before : new String[] {"", "a", "ab", "user:", "Bearer "}) {
      var bytes = (before + SECRET + "xyz").getBytes(latin());
      all.put("base64 behind '" + before + "'", base64(bytes));
      all.put("base64url behind '" + before + "'", Base64.getUrlEncoder().encodeToString(bytes));
      all.put("base64 in json in a url", base64(bytes).replace("/", "\\/").replace("+", "%2B"));
    }
    var lines = Base64.getMimeEncoder(20, "\r\n".getBytes(latin()));
    all.put("base64 with line breaks", lines.encodeToString(SECRET.getBytes(latin())));
    return all;
  }

  /** An encoding, and the same as it stands in JSON, and in JSON within JSON. */
  private static void putWithJson(Map<String, String> all, String name, String encoded) {
    all.put(name, encoded);
    all.put(name + " in json", json(encoded));
    all.put(name + " in json twice", json(json(encoded)));
    all.put(name + " in json with slashes", json(encoded).replace("/", "\\/"));
  }

  private static String each(String format) {
    return SECRET.chars().mapToObj(format::formatted).collect(Collectors.joining());
  }

  private static String json(String text) {
    var quoted = JSON.getNodeFactory().textNode(text).toString();
    return quoted.substring(1, quoted.length() - 1);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] gzip(String text) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(latin()));
    }
    return out.toByteArray();
  }

  private static Charset latin() {
    return StandardCharsets.ISO_8859_1;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, latin());
  }

  private static InputStream stream(SecretRedactor redactor, InputStream in) {
    return redactor.redact(in);
  }

  /** What is left of bytes that come in two pieces. */
  private static String sifted(byte[] bytes, int cut) throws IOException {
    var redactor = new SecretRedactor(AUTOMATON, "crm");
    try (var in = redactor.redact(new Pieces(bytes, cut == 0 ? bytes.length : cut))) {
      var out = new ByteArrayOutputStream();
      var buffer = new byte[512];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
      return text(out.toByteArray());
    }
  }

  /** Bytes that come in pieces of a size. */
  private static final class Pieces extends ByteArrayInputStream {
    private final int size;

    Pieces(byte[] bytes, int size) {
      super(bytes);
      this.size = size;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      return super.read(target, offset, Math.min(length, size));
    }
  }
}
