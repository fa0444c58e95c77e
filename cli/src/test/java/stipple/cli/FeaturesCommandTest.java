package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.NpmPackageSource;
import stipple.model.features.FeatureNetwork;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

class FeaturesCommandTest {
    private static final int SIDE = 224;

    @TempDir
    private Path temp;

    /** The expected numbers are those of the package's own model under TensorFlow.js 4.22 on its CPU backend. */
    @Test
    void the_network_sees_what_the_package_s_own_model_sees() {
        Path cache = NpmPackageSource.defaultCache();
        assumeTrue(
                Files.exists(cache.resolve(NpmPackage.NSFWJS.fileName())),
                () -> NpmPackage.NSFWJS.fileName() + " is not in " + cache
                        + "; ./stipple data build features --out build/features puts it there");
        Path out = temp.resolve("features");
        Cli.run("data", "build", "features", "--out", out, "--cache", cache).succeeded();
        assertTrue(Files.exists(out.resolve("LICENSE")));
        double[][] means = {
            {-0.0316714, 5.6849480}, {0.4250376, 7.7557223}, {0.9389742, 6.7495534}, {-0.0318922, 2.9625874}
        };
        float[][] middles = {
            {0.624594f, 0.148933f, -0.581404f, 0.073910f},
            {-9.747456f, -1.647781f, 4.154213f, -2.793451f},
            {22.21455f, -3.118769f, 13.574567f, 15.292229f},
            {3.700172f, -4.643655f, -7.460552f, 4.354200f}
        };
        try (FeatureNetwork network = FeatureNetwork.load(out);
                Scope scope = Scope.open()) {
            assertEquals("mobilenet_v2_nsfwjs_4.3.0", network.config().name());
            Tensor picture = picture();
            List<Tensor> taps = network.taps(picture);
            assertEquals(4, taps.size());
            for (int i = 0; i < 4; i++) {
                Tensor tap = taps.get(i);
                assertEquals(means[i][0], tap.mean().item(), 1e-5);
                assertEquals(means[i][1], tap.abs().mean().item(), 1e-4);
                long middle = tap.size(2) / 2;
                float[] there = tap.narrow(2, middle, 1)
                        .narrow(3, middle, 1)
                        .narrow(1, 0, 4)
                        .toFloats();
                assertArrayEquals(middles[i], there, 1e-4f);
            }
            Tensor features = network.features(picture);
            assertEquals(0.0859126, features.mean().item(), 1e-6);
            assertArrayEquals(
                    new float[] {0, 0, 0, 0.047642f, 0.131906f, 0.033545f},
                    features.narrow(1, 0, 6).toFloats(),
                    1e-5f);
        }
    }

    private static Tensor picture() {
        float[] values = new float[3 * SIDE * SIDE];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    int level = (x * (3 + c) + y * (5 - c) + x * y / 16) % 256;
                    values[(c * SIDE + y) * SIDE + x] = level / 255f * 2 - 1;
                }
            }
        }
        return Tensors.of(values, 1, 3, SIDE, SIDE);
    }

    @Test
    void a_package_that_holds_no_model_is_refused_with_the_file_that_it_lacks() throws IOException {
        Path archive = temp.resolve(NpmPackage.NSFWJS.fileName());
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)))) {
            TarArchiveEntry entry = new TarArchiveEntry("package/package.json");
            entry.setSize(2);
            tar.putArchiveEntry(entry);
            tar.write("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            tar.closeArchiveEntry();
        }
        Cli.run("data", "build", "features", "--out", temp.resolve("out"), "--cache", temp)
                .refused("holds no dist/models/mobilenet_v2/model.min.js");
    }
}
