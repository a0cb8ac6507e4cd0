package dev.sallyport.gateway.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks for what was lent in the demo: in every answer that was kept, and in every file. */
final class SecretSearch {
  /** A shorter one, such as a placeholder for a model's key, may stand anywhere by chance. */
  private static final int SHORTEST = 12;

  private final Map<String, String> secrets = new LinkedHashMap<>();
  private final List<String> answers = new ArrayList<>();

  /**
   * A secret to look for.
   *
   * @param name what it is called in the story
   */
  void lent(String name, String secret) {
    if (secret.length() >= SHORTEST) {
      secrets.put(name, secret);
    }
  }

  /** An answer to look through. */
  void keep(String answer) {
    answers.add(answer);
  }

  /** Looks through every answer so far, and every file of a folder, byte by byte. */
  Found in(Path folder) throws IOException {
    var places = new ArrayList<String>();
    for (int i = 0; i < answers.size(); i++) {
      look(answers.get(i), "answer " + (i + 1), places);
    }
    int files = 0;
    try (var all = Files.walk(folder)) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        var text = Files.readString(file, StandardCharsets.ISO_8859_1);
        look(text, folder.relativize(file).toString(), places);
        files++;
      }
    }
    return new Found(List.copyOf(secrets.keySet()), answers.size(), files, places);
  }

  private void look(String text, String place, List<String> places) {
    secrets.forEach((name, secret) -> {
      if (text.contains(secret)) {
        places.add(name + " in " + place);
      }
    });
  }

  /**
   * What was found.
   *
   * @param names of the secrets that were looked for
   * @param answers how many answers were looked through
   * @param files how many files were looked through
   * @param places where a secret was found
   */
  record Found(List<String> names, int answers, int files, List<String> places) {
    Found {
      names = List.copyOf(names);
      places = List.copyOf(places);
    }

    /** What it comes to, in words. */
    String sentence() {
      var looked =
          "%s (looked for in %d answers and %d files, byte by byte)"
              .formatted(String.join(", ", names), answers, files);
      return places.isEmpty() ? "nowhere: " + looked : String.join("; ", places) + "; of " + looked;
    }
  }
}
