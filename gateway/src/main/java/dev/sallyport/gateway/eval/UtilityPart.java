package dev.sallyport.gateway.eval;

import dev.sallyport.gateway.eval.OraclePlanner.Went;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What agents can still do: how many tasks one does that never errs, of whose arguments everything
 * that a tool returned crosses the quarantine first.
 *
 * @param quarantine the mode of the servers
 */
record UtilityPart(String quarantine) implements Part {
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
        var stage = oracle.stage(servers(corpus, tools, quarantine), setting)) {
      var planner = new OraclePlanner(stage, tools, oracle);
      var went = new ArrayList<Went>();
      for (var suite : corpus.suites()) {
        for (var task : suite.tasks()) {
          went.add(planner.play(server(suite, quarantine), suite, task));
        }
      }
      return new UtilityReport.OfCorpus(corpus.name(), quarantine, went, oracle.asked());
    }
  }

  /** A server for each suite. */
  static List<Stage.Server> servers(Corpus corpus, CorpusServer tools, String quarantine) {
    return corpus.suites().stream()
        .map(suite -> new Stage.Server(server(suite, quarantine), tools.url(suite), quarantine))
        .toList();
  }

  /** What the server of a suite is called. */
  static String server(Corpus.Suite suite, String quarantine) {
    return Stage.name(quarantine + "-" + suite.name());
  }
}
