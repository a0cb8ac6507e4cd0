package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a client hears of a server through the gateway is what it hears from the server itself, but
 * for what a table of {@code docs/api.md} says.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireTranscriptTest {
  private static final String HEADING = "#### What differs from the server itself";

  private FixtureScene scene;

  @BeforeAll
  void open(@TempDir Path folder) {
    scene = FixtureScene.open(folder);
  }

  @AfterAll
  void close() {
    scene.close();
  }

  @Test
  void aClientHearsWhatTheServerSaysButForWhatTheDocumentationTells() {
    var rows = rows();
    var used = new HashSet<Row>();
    var unexplained = new LinkedHashMap<String, String>();
    for (var revision : List.of("2026-07-28", "2025-11-25", "2025-06-18")) {
      for (var script : scripts(revision)) {
        for (var difference : differences(revision, script)) {
          var row = rows.stream().filter(each -> each.covers(difference)).findFirst();
          row.ifPresentOrElse(
              used::add,
              () ->
                  unexplained.putIfAbsent(
                      difference.method() + difference.place(),
                      "%n%s, %s: %s".formatted(revision, script.name(), difference)));
        }
      }
    }

    assertThat(String.join("", unexplained.values())).isEmpty();
    assertThat(used).as("the rows that are true").containsExactlyInAnyOrderElementsOf(rows);
  }

  private static List<WireScript> scripts(String revision) {
    return Stream.of(WireScript.of(revision), RandomScripts.of(revision))
        .flatMap(List::stream)
        .toList();
  }

  /** In the older era the gateway has sessions with the server, too. */
  private List<WireDifference> differences(String revision, WireScript script) {
    var name = revision.equals("2026-07-28") ? "fixture" : "sessions";
    return WireDifference.between(
        Wire.play(script, revision, scene.direct(), ""),
        Wire.play(script, revision, scene.through(name), scene.guestToken()));
  }

  private static List<Row> rows() {
    return Documents.rows(Documents.section(Documents.read("docs/api.md"), HEADING)).stream()
        .map(row -> new Row(Documents.code(row.get(0)), Documents.code(row.get(1))))
        .toList();
  }

  /**
   * A row of the table.
   *
   * @param methods {@code *} for any
   * @param places one that ends in a slash covers all below it
   */
  private record Row(List<String> methods, List<String> places) {
    boolean covers(WireDifference difference) {
      return (methods.contains("*") || methods.contains(difference.method()))
          && places.stream().anyMatch(place -> isAt(place, difference.place()));
    }

    private static boolean isAt(String place, String other) {
      var inAnyResult = other.replace("[isError]", "");
      return place.endsWith("/")
          ? other.startsWith(place) || inAnyResult.startsWith(place)
          : other.equals(place) || inAnyResult.equals(place);
    }
  }
}
