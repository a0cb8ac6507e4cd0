package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.gateway.server.StoredKeys;
import dev.sallyport.gateway.trial.TrialFolder;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.identity.audit.LedgerVerifier;
import dev.sallyport.identity.audit.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;

/**
 * What evidence proves: every decision of a run is derived once more from it and the policies, a
 * changed byte is found, and no reference is of use to anybody but whom it was given.
 */
final class AuditReplayPart implements Part {
  private static final int FLIPS = 200;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Override
  public String name() {
    return "audit-replay";
  }

  @Override
  public String says() {
    return "whether evidence re-derives every decision and shows every change, and whether"
        + " references are of use to others";
  }

  @Override
  public PartReport run(Setting setting) throws IOException, InterruptedException {
    var checks = new Checks(name());
    try (var folder = TrialFolder.create();
        var stand =
            new Stand(folder.path(), setting.clock(), new ProbeServer(), new HeldModel().start())) {
      setting.progress().accept("audit-replay, using references of others");
      int agents = Math.clamp(setting.cases().orElse(Stand.AGENTS), 2, Stand.AGENTS);
      new OthersReferences(checks, stand, agents).run();
      setting.progress().accept("audit-replay, deciding again");
      for (int agent = 0; agent < Stand.AGENTS; agent++) {
        everySortOfDecision(stand, agent);
      }
      stand.stop();
      decided(
          checks,
          new EvidenceReader(stand.evidence()),
          new ReDecision(stand.resources(), "reader"));
      setting.progress().accept("audit-replay, changing evidence");
      changed(setting, checks, stand, folder.path().resolve("changed"));
    }
    return checks;
  }

  /** Allowed, held, approved, denied by a rule, granted by none, and not there. */
  private static void everySortOfDecision(Stand stand, int number)
      throws IOException, InterruptedException {
    var agent = stand.agent(number);
    var _ = agent.call(new Call("read", NODES.objectNode().put("case", "none")));
    var pay = new Call("pay", NODES.objectNode().put("to", "someone"));
    var held = agent.call(pay).seen();
    var id = held.findPath("approvalId").asText();
    if (number % 2 == 0) {
      var _ = stand.product().administer("POST", "/admin/calls/" + id + "/approve", "{}");
    }
    var _ = agent.call(pay);
    for (var tool : List.of("wipe", "drop", "none")) {
      var _ = agent.call(new Call(tool, NODES.objectNode()));
    }
    var _ = agent.call(new Call("q_get", NODES.objectNode().put("ref", "none")));
  }

  /** Holds what evidence tells of each decision against what the policies say. */
  static void decided(Checks checks, EvidenceReader evidence, ReDecision policies)
      throws IOException {
    var records = new ArrayList<JsonNode>();
    evidence.forEach(records::add);
    for (var record : records) {
      if (ReDecision.isDecision(record)) {
        var told = ReDecision.told(record);
        var again = policies.again(record);
        var sort = told.substring(0, told.indexOf(' '));
        checks.check(
            "a decision is derived again: " + sort,
            told.equals(again),
            "%s, but again %s: %s".formatted(told, again, record));
      }
    }
    checks.number("records of evidence", records.size());
  }

  private static void changed(Setting setting, Checks checks, Stand stand, Path copy)
      throws IOException {
    copied(stand.evidence(), copy);
    var keys = StoredKeys.of(stand.data());
    var whole = LedgerVerifier.verify(copy, keys);
    checks.check(
        "unchanged evidence is verified, to its last record",
        whole instanceof Verification.Verified verified
            && verified.signedRecords() == verified.records(),
        whole.sentence());
    var segments = segments(copy);
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(setting.seed());
    for (int i = 0; i < setting.cases().orElse(FLIPS); i++) {
      var file = segments.get(random.nextInt(segments.size()));
      var bytes = Files.readAllBytes(file);
      int place = random.nextInt(bytes.length);
      var flipped = bytes.clone();
      flipped[place] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, flipped);
      var found = LedgerVerifier.verify(copy, keys);
      Files.write(file, bytes);
      checks.check(
          "one flipped bit of evidence is found, and its file named",
          found instanceof Verification.Broken broken
              && broken.file().equals(String.valueOf(file.getFileName())),
          "byte %d of %s: %s".formatted(place, file.getFileName(), found.sentence()));
    }
  }

  private static List<Path> segments(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".records")).sorted().toList();
    }
  }

  private static void copied(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
