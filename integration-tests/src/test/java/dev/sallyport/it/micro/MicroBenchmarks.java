package dev.sallyport.it.micro;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.ToolProvider;

/**
 * The benchmarks of this package, in a process of their own. What JMH generates for them is made
 * from their classes, so no build has to know of it.
 */
final class MicroBenchmarks {
  private static final List<Class<?>> ALL =
      List.of(DecisionBenchmark.class, ReloadBenchmark.class, ProofBenchmark.class);

  private MicroBenchmarks() {}

  /**
   * Runs them.
   *
   * @param folder an empty one, where what is generated goes
   * @param options of JMH
   * @return what JMH says
   */
  static String run(Path folder, List<String> options) throws IOException, InterruptedException {
    var classPath = System.getProperty("java.class.path");
    generate(folder, classPath);
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-Xmx1g", "-cp"));
    command.add(folder + File.pathSeparator + classPath);
    command.add("org.openjdk.jmh.Main");
    command.addAll(options);
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(told);
    }
    return told;
  }

  private static void generate(Path folder, String classPath) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var told = new StringWriter();
    var options =
        List.of(
            "-d",
            folder.toString(),
            "-cp",
            classPath,
            "-processor",
            "org.openjdk.jmh.generators.BenchmarkProcessor");
    var names = ALL.stream().map(Class::getName).toList();
    try (var files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
      if (!compiler.getTask(told, files, null, options, names, null).call()) {
        throw new IllegalStateException(told.toString());
      }
    }
  }
}
