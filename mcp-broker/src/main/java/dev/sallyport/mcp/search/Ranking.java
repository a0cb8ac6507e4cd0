package dev.sallyport.mcp.search;

import dev.sallyport.mcp.registry.RegisteredTool;
import java.util.Comparator;
import java.util.List;

/**
 * Puts candidates in the order of how well they fit: by BM25, with what is rare or long measured
 * among the candidates alone. Those that fit equally well stand in the order of their names.
 */
final class Ranking {
  private static final double SATURATION = 1.2;
  private static final double LENGTH_SHARE = 0.75;

  private Ranking() {}

  /**
   * A tool with at least one word of the query.
   *
   * @param weights of each word of the query
   * @param length of all that the tool says
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Candidate(RegisteredTool tool, int[] weights, int length) {}

  private record Ranked(RegisteredTool tool, double score) {}

  static List<RegisteredTool> best(List<Candidate> candidates, int words, int limit) {
    var rarities = rarities(candidates, words);
    double averageLength =
        Math.max(1, candidates.stream().mapToInt(Candidate::length).average().orElse(1));
    return candidates.stream()
        .map(one -> new Ranked(one.tool(), score(one, rarities, averageLength)))
        .sorted(
            Comparator.comparingDouble(Ranked::score)
                .reversed()
                .thenComparing(one -> one.tool().exposedName()))
        .limit(limit)
        .map(Ranked::tool)
        .toList();
  }

  private static double[] rarities(List<Candidate> candidates, int words) {
    var rarities = new double[words];
    for (int word = 0; word < words; word++) {
      int at = word;
      double having = candidates.stream().filter(one -> one.weights()[at] > 0).count();
      rarities[word] = Math.log(1 + (candidates.size() - having + 0.5) / (having + 0.5));
    }
    return rarities;
  }

  private static double score(Candidate one, double[] rarities, double averageLength) {
    double norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * one.length() / averageLength);
    double score = 0;
    for (int word = 0; word < rarities.length; word++) {
      double weight = one.weights()[word];
      score += rarities[word] * weight * (SATURATION + 1) / (weight + norm);
    }
    return score;
  }
}
