package stipple.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The build fails when an arrow of docs/architecture.md turns round. */
class ArchitectureTest {
    private static JavaClasses all;

    @BeforeAll
    static void readClasses() {
        all = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("stipple");
        for (String module :
                new String[] {"torch", "data", "model", "train", "eval", "client", "server", "cli", "testing"}) {
            assertTrue(
                    all.stream().anyMatch(c -> c.getPackageName().startsWith("stipple." + module)),
                    "no classes of " + module);
        }
    }

    @Test
    void only_the_torch_module_knows_the_native_bindings() {
        noClasses()
                .that()
                .resideOutsideOfPackage("stipple.torch..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..")
                .check(all);
    }

    @ParameterizedTest
    @CsvSource({
        "torch, ''",
        "data, ''",
        "client, ''",
        "model, torch",
        "train, torch model data",
        "eval, torch model data",
        "server, torch model",
        "testing, torch model data"
    })
    void arrows_between_modules_point_one_way(String module, String allowed) {
        String[] targets = Stream.concat(Stream.of(module), Stream.of(allowed.split(" ")))
                .filter(name -> !name.isEmpty())
                .map(name -> "stipple." + name + "..")
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage("stipple." + module + "..")
                .should()
                .onlyDependOnClassesThat(JavaClass.Predicates.resideOutsideOfPackage("stipple..")
                        .or(JavaClass.Predicates.resideInAnyPackage(targets)))
                .check(all);
    }

    @Test
    void packages_do_not_depend_on_each_other_in_circles() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                        return SliceIdentifier.of(javaClass.getPackageName());
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(all);
    }

    @Test
    void only_the_command_ends_the_process_and_nobody_calls_the_collector() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(Main.class)
                .should()
                .callMethod(System.class, "exit", int.class)
                .check(all);
        noClasses().should().callMethod(System.class, "gc").check(all);
    }
}
