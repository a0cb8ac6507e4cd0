package dev.sallyport.gateway.cli;

import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Objection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport fake-providers}. For one thread. */
@Command(
    name = "fake-providers",
    mixinStandardHelpOptions = true,
    description =
        "Plays OpenAI, Azure OpenAI, Anthropic, Gemini, Vertex, Bedrock and OpenRouter on one port"
            + " of this machine, until it is stopped. What a model says is in its name, such as"
            + " fake/loop-20+think.",
    footer = {
      "",
      "Example:",
      "  sallyport fake-providers --port 9000",
      "  curl http://127.0.0.1:9000/meter"
    })
public final class FakeProvidersCommand implements Callable<Integer> {
  private static final int MAX_PORT = 65_535;

  private final Terminal terminal;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "Where to listen, on the loopback interface. Any free port if left out.")
  private int port;

  @Option(
      names = "--script",
      paramLabel = "FILE",
      description = "What models do in turn: a line for each, such as: gpt-5 error-429 text")
  private @Nullable Path script;

  public FakeProvidersCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > MAX_PORT) {
      throw new CommandFailure("--port must be 0 to " + MAX_PORT);
    }
    try (var provider = new FakeProvider(port)) {
      if (script != null) {
        provider.follows(Files.readString(script, StandardCharsets.UTF_8));
      }
      terminal.out().print(FakeProviderText.of(provider));
      terminal.out().flush();
      new CountDownLatch(1).await(); // until the process is ended
    } catch (Objection e) {
      throw new CommandFailure("The script is not understood: " + e.words(), e);
    } catch (IOException | UncheckedIOException e) {
      throw new CommandFailure("The fake providers cannot start: " + e.getMessage(), e);
    }
    return 0;
  }
}
