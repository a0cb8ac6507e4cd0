package dev.sallyport.gateway.eval;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What an evaluation is run on.
 *
 * @param corpora the tasks and the attackers
 * @param seed of everything that is drawn; the same seed measures the same
 * @param cases how many cases a part that draws them is to try, if the caller wants a number
 * @param exhaustiveBits up to how many bits of answers a part tries all that there can be
 * @param audit the data directory of a gateway whose evidence is looked at, too
 * @param progress is told how far a part is
 */
record Setting(
    List<Corpus> corpora,
    long seed,
    OptionalInt cases,
    int exhaustiveBits,
    Optional<Path> audit,
    InstantSource clock,
    Consumer<String> progress) {
  Setting {
    corpora = List.copyOf(corpora);
  }
}
