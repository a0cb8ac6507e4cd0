package dev.sallyport.gateway.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code sallyport test}: the start script's own, which stands here for those who look for it. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    customSynopsis = "sallyport test [MAVEN-ARGUMENT...]",
    description = "Runs every test and check, as CI does. Only for ./sallyport of a checkout.",
    footer = {"", "Example:", "  ./sallyport test"})
public final class TestCommand implements Callable<Integer> {
  @Unmatched private final List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    throw new CommandFailure(
        "The tests are run by the start script of a checkout: ./sallyport test "
            + String.join(" ", arguments));
  }
}
