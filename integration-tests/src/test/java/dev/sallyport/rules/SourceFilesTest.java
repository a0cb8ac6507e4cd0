package dev.sallyport.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SourceFilesTest {
  private static final int MAX_LINES = 400;

  /** Where this machine keeps what the build uses: no file may know. */
  private static final List<String> MACHINE_PATHS =
      List.of(
          Checkout.ROOT.toString(),
          System.getProperty("java.home"),
          Path.of(System.getProperty("user.home"), ".m2").toString());

  @Test
  void noSourceIsLongerThan400Lines() {
    assertThat(
            Checkout.javaSources().stream()
                .filter(source -> text(source).lines().count() > MAX_LINES)
                .toList())
        .isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsAndThatNothingInItIsNull() {
    var packages = new TreeSet<String>();
    var marked = new TreeSet<String>();
    for (var source : Checkout.javaSources()) {
      var home = source.getName(0) + ":" + packageOf(source);
      packages.add(home);
      if (source.endsWith("package-info.java")) {
        var text = text(source);
        if (text.startsWith("/**") && text.contains("@NullMarked")) {
          marked.add(home);
        }
      }
    }
    packages.removeAll(marked);
    assertThat(packages).as("packages without a documented, @NullMarked package-info").isEmpty();
  }

  @Test
  void noFileNamesAPathOfOneMachine() {
    assertThat(
            Checkout.files().stream()
                .flatMap(file -> machinePaths(file).stream().map(path -> file + ": " + path))
                .toList())
        .isEmpty();
  }

  private static List<String> machinePaths(Path file) {
    return Checkout.text(file)
        .map(text -> MACHINE_PATHS.stream().filter(text::contains).toList())
        .orElse(List.of());
  }

  /** The package of a source, from its folder below {@code src/main/java} or the like. */
  private static String packageOf(Path source) {
    return source.subpath(4, source.getNameCount() - 1).toString().replace('/', '.');
  }

  private static String text(Path source) {
    return Checkout.text(source).orElseThrow();
  }
}
