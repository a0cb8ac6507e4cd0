package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The documents of the checkout, taken apart. */
final class Documents {
  static final Path ROOT =
      Path.of(System.getProperty("basedir", "."), "..").toAbsolutePath().normalize();

  private Documents() {}

  /** The text of a file, by its path from the root. */
  static String read(String path) {
    try {
      return Files.readString(ROOT.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files below a folder of the root whose names end so. */
  static List<Path> files(String folder, String end) {
    try (var walk = Files.walk(ROOT.resolve(folder))) {
      return walk.filter(file -> file.toString().endsWith(end)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The Java sources of all modules below a folder that modules have, by path from there. */
  static List<Path> sources(String folder) {
    try (var modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve(folder))
          .filter(Files::isDirectory)
          .flatMap(root ->
              files(ROOT.relativize(root).toString(), ".java").stream().map(root::relativize))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every document for readers. */
  static List<Path> all() {
    return Stream.concat(
            Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(ROOT::resolve),
            files("docs", ".md").stream())
        .toList();
  }

  /** The blocks of a language that a text shows. */
  static List<String> blocks(String text, String language) {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
        .matcher(text)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** What stands below a heading, up to the next one. */
  static String section(String text, String heading) {
    int begin = text.indexOf("\n" + heading + "\n");
    if (begin < 0) {
      throw new AssertionError("there is no " + heading);
    }
    int end = text.indexOf("\n#", begin + 1);
    return text.substring(begin, end < 0 ? text.length() : end);
  }

  /** The rows of all tables, cell by cell, that begin with something in code. */
  static List<List<String>> rows(String text) {
    var rows = new ArrayList<List<String>>();
    for (var line : text.lines().filter(line -> line.startsWith("| `")).toList()) {
      rows.add(
          Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
              .map(String::strip)
              .toList());
    }
    return rows;
  }

  /** What stands in code in a cell. */
  static List<String> code(String cell) {
    return matches("`([^`]+)`", cell).map(match -> match.group(1)).toList();
  }

  static Stream<MatchResult> matches(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results();
  }
}
