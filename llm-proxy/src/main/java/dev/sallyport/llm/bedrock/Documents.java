package dev.sallyport.llm.bedrock;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The formats of documents, and their names, of which no two of one request are alike. */
final class Documents {
  private static final Map<String, String> FORMATS =
      Map.ofEntries(
          Map.entry("application/pdf", "pdf"),
          Map.entry("text/csv", "csv"),
          Map.entry("application/msword", "doc"),
          Map.entry(
              "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
          Map.entry("application/vnd.ms-excel", "xls"),
          Map.entry("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
          Map.entry("text/html", "html"),
          Map.entry("text/plain", "txt"),
          Map.entry("text/markdown", "md"));

  private static final int MOST = 180;
  private static final Pattern ENDING = Pattern.compile("\\.[A-Za-z0-9]{1,5}$");
  private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9 ()\\[\\]-]+");
  private static final Pattern SPACES = Pattern.compile(" {2,}");

  private final Set<String> names = new HashSet<>();

  /** The format of a media type, if Bedrock has one for it. */
  static Optional<String> format(String mediaType) {
    return Optional.ofNullable(FORMATS.get(mediaType));
  }

  /** A name for a file, in the characters that Bedrock takes. */
  String name(String file) {
    var stem = NOT_IN_NAMES.matcher(ENDING.matcher(file).replaceFirst("")).replaceAll(" ");
    var plain = SPACES.matcher(stem).replaceAll(" ").strip();
    var base = plain.isEmpty() ? "document" : plain.substring(0, Math.min(plain.length(), MOST));
    var name = base;
    for (int i = 2; !names.add(name); i++) {
      name = base + " " + i;
    }
    return name;
  }
}
