package dev.sallyport.gateway.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.resource.Change.Effect;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Authority;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.PowerCut;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
public class ResourceStoreTest {
  private static final Resource.Key DUNE = new Resource.Key("Book", "dune");
  private static final Caller ADMIN =
      new Caller(
          Principal.internal("admin"),
          new Turn(
              new TurnId("turn_" + "a".repeat(26)),
              Principal.internal("admin").id(),
              Instant.EPOCH),
          Door.ADMIN);

  private final TestingDatabase database = newDatabase();
  private final RecordingModule module = new RecordingModule();
  private final RecordingEvidence evidence = new RecordingEvidence();
  private ResourceStore store = storeWith(module, FixedAuthority.allowingAll());

  /** Where its tables are. */
  protected TestingDatabase newDatabase() {
    return TestingDatabase.h2();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @BeforeEach
  void load() throws SQLException, InvalidResourcesException {
    makeTables(database);
    store.follow();
  }

  @Test
  void appliesAllOfAChangeAndPutsItInForce() throws InvalidResourcesException {
    var applied = apply(shelf("a"), book("dune", "a"));

    assertThat(applied.changes())
        .extracting(Change::effect)
        .containsExactly(Effect.CREATED, Effect.CREATED);
    assertThat(applied.revision()).isEqualTo(1);
    assertThat(module.activated()).endsWith(List.of("dune"));
    assertThat(store.find(DUNE)).map(Stored::version).contains(1L);
    assertThat(store.find(DUNE)).map(Stored::changedBy).contains("sallyport:admin");
  }

  @Test
  void appliesNothingOfAChangeWithOneMistake() throws SQLException, InvalidResourcesException {
    apply(shelf("a"));

    assertThatThrownBy(() -> apply(shelf("b"), book("dune", "nowhere"), shelf("c")))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessage("Book/dune /spec/shelf: there is no Shelf nowhere");

    assertThat(store.list("Shelf")).hasSize(1);
    assertThat(store.revision()).isEqualTo(1);
    assertThat(rows("gateway_resource")).isEqualTo(1);
    assertThat(rows("sample_text")).isZero();
    assertThat(module.activated()).hasSize(2);
    assertThat(evidence.outcomes())
        .containsExactly(
            new Outcome.Succeeded(), new Outcome.Refused(RefusalCode.INVALID_RESOURCE));
  }

  @Test
  void changesNothingWhenTheSameIsAppliedAgain() throws InvalidResourcesException {
    apply(shelf("a"), book("dune", "a"));

    var again = apply(shelf("a"), book("dune", "a"));

    assertThat(again.changes())
        .extracting(Change::effect)
        .containsExactly(Effect.UNCHANGED, Effect.UNCHANGED);
    assertThat(store.find(DUNE)).map(Stored::version).contains(1L);
    assertThat(again.shownOnce()).isEmpty();
  }

  @Test
  void tellsTheValuesThatDiffer() throws InvalidResourcesException {
    apply(shelf("a"), shelf("b"), book("dune", "a"));

    var applied = apply(book("dune", "b"));

    assertThat(applied.changes())
        .containsExactly(
            new Change(DUNE, Effect.UPDATED, 2, List.of("~ /spec/shelf: \"a\" -> \"b\"")));
  }

  @Test
  void keepsSecretsOutOfDocumentsHistoryAndEvidence()
      throws SQLException, InvalidResourcesException {
    var applied = apply(shelf("a"), book("dune", "a"));

    assertThat(applied.shownOnce()).isEqualTo(Map.of(DUNE, Map.of("receipt", "receipt-dune")));
    assertThat(applied.toString()).doesNotContain("receipt-dune");
    assertThat(store.find(DUNE).orElseThrow().resource().spec().has("text")).isFalse();
    assertThat(rows("sample_text where text = 'the spice'")).isEqualTo(1);
    assertThat(rows("gateway_resource_version where document like '%spice%'")).isZero();
    assertThat(evidence.records().toString()).doesNotContain("spice");
  }

  @Test
  void checksWithoutChangingInADryRun() throws SQLException, InvalidResourcesException {
    var request = ChangeRequest.put(List.of(shelf("a"), book("dune", "a"))).asDryRun();

    var would = store.change(ADMIN, request);

    assertThat(would.changes()).hasSize(2);
    assertThat(would.shownOnce()).isEmpty();
    assertThat(store.list("Shelf")).isEmpty();
    assertThat(rows("sample_text")).isZero();
  }

  @Test
  void removesAResourceAndWhatItsModuleKept() throws SQLException, InvalidResourcesException {
    apply(shelf("a"), book("dune", "a"));

    var applied = store.change(ADMIN, ChangeRequest.delete(DUNE));

    assertThat(applied.changes()).extracting(Change::effect).containsExactly(Effect.DELETED);
    assertThat(store.find(DUNE)).isEmpty();
    assertThat(rows("sample_text")).isZero();
    assertThat(module.activated()).endsWith(List.<String>of());
  }

  @Test
  void refusesToRemoveWhatOthersNeed() throws InvalidResourcesException {
    apply(shelf("a"), book("dune", "a"));

    assertThatThrownBy(
            () -> store.change(ADMIN, ChangeRequest.delete(new Resource.Key("Shelf", "a"))))
        .isInstanceOf(InvalidResourcesException.class);
    assertThat(store.list("Shelf")).hasSize(1);
  }

  @Test
  void refusesToRemoveWhatIsNotThere() {
    assertThatThrownBy(() -> store.change(ADMIN, ChangeRequest.delete(DUNE)))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.UNKNOWN_RESOURCE));
  }

  @Test
  void countsVersionsOnOverADeletion() throws InvalidResourcesException {
    apply(shelf("a"), book("dune", "a"));
    store.change(ADMIN, ChangeRequest.delete(DUNE));

    apply(book("dune", "a"));

    assertThat(store.find(DUNE)).map(Stored::version).contains(3L);
  }

  @Test
  void refusesAChangeOfAVersionThatNoLongerStands() throws InvalidResourcesException {
    apply(shelf("a"), shelf("b"), book("dune", "a"));
    var request = ChangeRequest.put(List.of(book("dune", "b")));
    store.change(ADMIN, request.expecting(DUNE, 1));

    assertThatThrownBy(() -> store.change(ADMIN, request.expecting(DUNE, 1)))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.CONFLICT));
    assertThatThrownBy(() -> store.change(ADMIN, request.expecting(DUNE, 0)))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void refusesTheSameResourceTwiceInOneChange() {
    assertThatThrownBy(() -> apply(shelf("a"), shelf("a")))
        .hasMessageContaining("Shelf/a : is given twice in one change");
  }

  @Test
  void suggestsAKindForAnUnknownOne() {
    assertThatThrownBy(() -> apply(resource("Bok", "dune", object())))
        .hasMessage("Bok/dune /kind: there is no kind Bok; did you mean Book?");
  }

  @Test
  void changesNothingThatCannotBeRecorded() throws SQLException {
    evidence.fail(true);

    assertThatThrownBy(() -> apply(shelf("a")))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.EVIDENCE_UNAVAILABLE));
    assertThat(rows("gateway_resource")).isZero();
  }

  @Test
  void changesNothingForOneWhoMayNot() throws SQLException {
    store = storeWith(module, FixedAuthority.denyingAll());

    assertThatThrownBy(() -> apply(shelf("a")))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.FORBIDDEN));
    assertThat(rows("gateway_resource")).isZero();
  }

  @Test
  void recordsWhoChangedWhat() throws InvalidResourcesException {
    apply(shelf("a"));

    var begun = evidence.records(RecordingEvidence.Begun.class).getFirst();
    assertThat(begun.action())
        .extracting(Action::target)
        .isEqualTo(new Target.Administration("Shelf", "a", "apply"));
    var ended = evidence.records(RecordingEvidence.Ended.class).getFirst();
    assertThat(ended.facts().path("changes").toString())
        .isEqualTo("[{\"resource\":\"Shelf/a\",\"effect\":\"created\",\"version\":1}]");
  }

  @Test
  void followsWhatAnotherProcessChanged() throws SQLException, InvalidResourcesException {
    var otherModule = new RecordingModule();
    var other = storeWith(otherModule, FixedAuthority.allowingAll());
    other.follow();
    assertThat(other.follow()).isFalse();

    apply(shelf("a"), book("dune", "a"));

    assertThat(other.follow()).isTrue();
    assertThat(other.find(DUNE)).isEqualTo(store.find(DUNE));
    assertThat(otherModule.activated()).endsWith(List.of("dune"));
  }

  @Test
  void refusesToLoadWhatDoesNotHoldTogether() throws SQLException, InvalidResourcesException {
    apply(shelf("a"), book("dune", "a"));
    database.execute("delete from gateway_resource where kind = 'Shelf'");
    var later = storeWith(new RecordingModule(), FixedAuthority.allowingAll());

    assertThatThrownBy(later::follow).isInstanceOf(InvalidResourcesException.class);
  }

  /** Keys and secrets are written by their modules in the same transaction. */
  @Test
  void keepsAChangeAndWhatAModuleWroteForItOverAPowerCut(@TempDir Path folder) throws Exception {
    try (var disk = new PowerCut(folder)) {
      makeTables(disk.before());
      var onDisk = storeWith(disk.before(), module, FixedAuthority.allowingAll());
      onDisk.follow();

      onDisk.change(ADMIN, ChangeRequest.put(List.of(shelf("a"), book("dune", "a"))));

      try (var left = disk.after()) {
        assertThat(left.count("gateway_resource")).isEqualTo(2);
        assertThat(left.count("sample_text where text = 'the spice'")).isEqualTo(1);
      }
    }
  }

  @Test
  void writesEveryChangeDownHoweverManyThereAre() throws InvalidResourcesException {
    var shelves = IntStream.range(0, 200).mapToObj(i -> shelf("shelf-" + i)).toList();

    store.change(ADMIN, ChangeRequest.put(shelves));

    var changes =
        evidence.records(RecordingEvidence.Event.class).stream()
            .flatMap(
                event -> StreamSupport.stream(event.facts().path("changes").spliterator(), false))
            .map(change -> change.path("resource").asText() + " " + change.path("effect").asText());
    assertThat(changes)
        .containsExactlyElementsOf(
            shelves.stream().map(shelf -> shelf.key() + " created").toList());
  }

  private static void makeTables(TestingDatabase database) throws SQLException {
    Migrations.run(database.dataSource(), "gateway");
    database.execute("create table sample_text (name varchar(63), text varchar(100))");
  }

  private ResourceStore storeWith(RecordingModule ofStore, Authority authority) {
    return storeWith(database, ofStore, authority);
  }

  private ResourceStore storeWith(
      TestingDatabase database, RecordingModule ofStore, Authority authority) {
    var clock = new TestingClock();
    var path = new ActionPath(authority, evidence, clock, (_, _, _) -> {});
    return new ResourceStore(
        database.dataSource(), new ResourceModules(List.of(ofStore)), path, evidence, clock);
  }

  private Applied apply(Resource... resources) throws InvalidResourcesException {
    return store.change(ADMIN, ChangeRequest.put(List.of(resources)));
  }

  private int rows(String from) throws SQLException {
    return database.count(from);
  }

  private static Resource shelf(String name) {
    return resource("Shelf", name, object());
  }

  private static Resource book(String name, String shelf) {
    return resource("Book", name, object().put("shelf", shelf).put("text", "the spice"));
  }

  private static Resource resource(String kind, String name, ObjectNode spec) {
    return new Resource(Resource.API_VERSION, kind, name, Map.of(), spec);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
