package dev.sallyport.gateway.eval;

import dev.sallyport.gateway.eval.OraclePlanner.Went;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What agents can still do: how many tasks one does that never errs, of whose arguments everything
 * that a tool returned crosses the quarantine first.
 *
 * @param arms how the servers are quarantined, each in its turn
 */
record UtilityPart(List<Arm> arms) implements Part {
  /** Without a label, with closed types shown, and with contracts from schemas alone. */
  static final UtilityPart ALL = new UtilityPart(List.of(Arm.STRICT, Arm.TYPED, Arm.CONTRACTS));

  @Override
  public String name() {
    return "utility";
  }

  @Override
  public String says() {
    return "how many tasks can be done in quarantine by an agent that never errs";
  }

  @Override
  public PartReport run(Setting setting) throws IOException, InterruptedException {
    var reports = new ArrayList<UtilityReport.OfCorpus>();
    for (var corpus : setting.corpora()) {
      reports.add(run(corpus, setting));
    }
    return new UtilityReport(reports);
  }

  private UtilityReport.OfCorpus run(Corpus corpus, Setting setting)
      throws IOException, InterruptedException {
    try (var tools = new CorpusServer(corpus.suites());
        var oracle = new OracleModel();
        var stage = oracle.stage(servers(corpus, tools, arms), contracts(corpus), setting)) {
      var planner = new OraclePlanner(stage, tools, oracle);
      var played = new ArrayList<UtilityReport.OfArm>();
      for (var arm : arms) {
        int before = oracle.asked();
        var went = new ArrayList<Went>();
        for (var suite : corpus.suites()) {
          for (var task : suite.tasks()) {
            went.add(planner.play(arm.server(suite), suite, task));
          }
        }
        played.add(new UtilityReport.OfArm(arm, went, oracle.asked() - before));
      }
      return new UtilityReport.OfCorpus(corpus.name(), played);
    }
  }

  /** A server for each suite and each arm. */
  static List<Stage.Server> servers(Corpus corpus, CorpusServer tools, List<Arm> arms) {
    return arms.stream()
        .flatMap(arm ->
            corpus.suites().stream()
                .map(suite ->
                    new Stage.Server(arm.server(suite), tools.url(suite), arm.quarantine())))
        .toList();
  }

  private String contracts(Corpus corpus) {
    return arms.stream()
        .filter(Arm::hasContracts)
        .flatMap(arm ->
            corpus.suites().stream().map(suite -> SchemaContracts.of(suite, arm.server(suite))))
        .collect(Collectors.joining());
  }
}
