package dev.sallyport.identity.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A database of H2 in a file, of which only that outlives a power cut which was forced to the disk.
 */
public final class PowerCut implements AutoCloseable {
  private static final String FORCED = ".forced";

  private final Path folder;
  private final TestingDatabase before;

  /**
   * Makes the database.
   *
   * @param folder where its files are; nothing else is there
   */
  public PowerCut(Path folder) {
    this.folder = folder;
    FilePath.register(new ForcedPath());
    before = open("forced:" + folder.resolve("before"));
  }

  /** The database as it is before the power is cut. */
  public TestingDatabase before() {
    return before;
  }

  /** The database that is left if the power is cut now. */
  public TestingDatabase after() throws IOException {
    Files.copy(
        folder.resolve("before.mv.db" + FORCED),
        folder.resolve("after.mv.db"),
        StandardCopyOption.REPLACE_EXISTING);
    return open("file:" + folder.resolve("after"));
  }

  private static TestingDatabase open(String file) {
    var pool = JdbcConnectionPool.create("jdbc:h2:" + file, "sa", "");
    return new TestingDatabase(pool, pool::dispose);
  }

  @Override
  public void close() {
    before.close();
  }

  /** Files that are copied whenever they are forced to the disk. H2 makes more of these itself. */
  public static final class ForcedPath extends FilePathWrapper {
    public ForcedPath() {}

    @Override
    public String getScheme() {
      return "forced";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
      return new ForcedFile(getBase().open(mode), Path.of(getBase().toString()));
    }
  }

  private static final class ForcedFile extends RealFile {
    private final Path path;

    ForcedFile(FileChannel real, Path path) {
      super(real);
      this.path = path;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      super.force(metaData);
      Files.copy(path, Path.of(path + FORCED), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
