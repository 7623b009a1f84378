import java.io.File;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Checks files with veraPDF against PDF/A-2a and PDF/UA-1; says which rules are broken and where. */
public class Validate {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        int passed = 0;
        int failed = 0;
        for (String file : files) {
            for (String flavour : new String[] {"2a", "ua1"}) {
                if (check(new File(file), PDFAFlavour.byFlavourId(flavour))) {
                    passed++;
                } else {
                    failed++;
                }
            }
        }
        String verdict = failed == 0 && passed > 0 ? "ok" : "FAILED";
        System.out.printf("test result: %s. %d passed; %d failed; 0 ignored%n", verdict, passed, failed);
        System.exit(verdict.equals("ok") ? 0 : 1);
    }

    private static boolean check(File file, PDFAFlavour flavour) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            if (!result.isCompliant()) {
                System.out.printf("%s is not %s%n", file.getName(), flavour);
                broken(result).forEach((rule, where) -> System.out.printf("  %s%n", where));
            }
            return result.isCompliant();
        }
    }

    private static Map<String, String> broken(ValidationResult result) {
        Map<String, String> rules = new TreeMap<>();
        for (TestAssertion it : result.getTestAssertions()) {
            if (it.getStatus() == TestAssertion.Status.FAILED) {
                String rule = it.getRuleId().getClause() + "-" + it.getRuleId().getTestNumber();
                rules.putIfAbsent(rule, rule + " " + it.getMessage() + " at " + it.getLocation().getContext());
            }
        }
        return rules;
    }
}
