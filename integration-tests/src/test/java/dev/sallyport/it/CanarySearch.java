package dev.sallyport.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps every byte that came out of a gateway, and finds secrets in it. Thread-safe. */
final class CanarySearch {
  private static final int SHOWN = 60;
  private static final Pattern ESCAPE = Pattern.compile("\\\\([\"\\\\/]|u00[0-9a-fA-F]{2})");

  private final Map<String, String> kept = new ConcurrentHashMap<>();

  /** Keeps what was said, under the name of who said it. */
  void keep(String where, byte[] said) {
    kept.merge(where, text(said), (before, more) -> before + "\n" + more);
  }

  /** Keeps what was said, under the name of who said it. */
  void keep(String where, String said) {
    keep(where, said.getBytes(StandardCharsets.UTF_8));
  }

  /** Keeps every file below a folder as it is on the disk. */
  void keepFiles(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        keep("file " + folder.relativize(file), Files.readAllBytes(file));
      }
    }
  }

  /** All that was kept under names that begin so. */
  String all(String prefix) {
    var all = new StringBuilder();
    kept.forEach((where, said) -> {
      if (where.startsWith(prefix)) {
        all.append(said).append('\n');
      }
    });
    return all.toString();
  }

  /**
   * Every place in which a canary stands, and what stands before it there. Looked at are the bytes
   * as they are, and as a reader of JSON and of JSON within JSON would see them.
   */
  List<Found> find(List<Canary> canaries) {
    var found = new ArrayList<Found>();
    kept.forEach((where, said) -> {
      var once = read(said);
      for (var text : new LinkedHashSet<>(List.of(said, once, read(once)))) {
        for (var canary : canaries) {
          canary
              .in(text.toLowerCase(Locale.ROOT))
              .forEach((spelling, at) ->
                  found.add(new Found(canary.name(), spelling, where, before(text, at))));
        }
      }
    });
    return found;
  }

  private static String before(String text, int at) {
    return text.substring(Math.max(0, at - SHOWN), at);
  }

  /** A text without the escapes of JSON. */
  private static String read(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(escape -> {
          var code = escape.group(1);
          var plain = code.length() == 1 ? code : "" + (char) Integer.parseInt(code, 1, 5, 16);
          return Matcher.quoteReplacement(plain);
        });
  }

  /** One byte is one character, so that nothing is lost. */
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** A canary that was found. */
  record Found(String canary, String spelling, String where, String before) {}
}
