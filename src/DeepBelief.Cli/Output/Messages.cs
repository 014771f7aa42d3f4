using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using DeepBelief.Cli.Models;
using DeepBelief.Training;

namespace DeepBelief.Cli.Output;

/// <summary>The library's messages in the terms of the command line: its options for members of classes.</summary>
internal static class Messages
{
    private const string ScalingAdvice = "Scale the data first.";

    // What the library says, as a pattern, and what is said here instead.
    private static readonly (string Library, string Here)[] Terms =
    [
        // Rows.
        (Regex.Escape(ScalingAdvice), "--scale divides numbers."),
        (@"found values in \[(\S+), \1\]", "found $1"),
        (@" If NaN marks missing values.*$", ""),
        // Tables.
        (@"Mark missing values by one of the MissingMarkers, .*? is of kind Category\.", "Write nothing, NA or ? for missing values, write numbers with a decimal point and without separators of thousands, or leave the column out."),
        (@"Take '.*?' out of the MissingMarkers if it is a value, or", "Write it in another way if it is a value, or"),
        (@"join rare categories, or raise MostCategories\.", "or join rare categories."),
        (@"Mend them, mark them by one of the MissingMarkers, or set .*? to refuse them\.", "Mend them, or write NA if they are gaps."),
        (@" \(MostOddTexts\)", ""),
        (@"eave the column out(?! by)", "eave the column out by --ignore"),
        (@"CsvOptions\.Delimiter says that it is between the values, if not '.'\.", "--delimiter says that it is between the values."),
        (@"CsvOptions\.Encoding names another encoding\.", "--encoding names another encoding."),
        // Training and evaluation.
        (@"Use a lower learning rate or ParallelTempering\.", "A lower --rate may help."),
        (@"A smaller learning rate than (\S+) may help\.", "A --rate below $1 may help."),
        (@"Use more inverse temperatures or more chains\.", "More --steps or --chains may help."),
        (@" Use more samples\.", ""),
        (@"Use (\d+) or more\.$", "Use --chains $1 or more."),
        // Files.
        (@" NpyFile reads it\.", ""),
        (@" The argument key says which to load\.", ""),
        (@" or in a layout that Load describes", ""),
        (@"a plain state dict\. Load it with LoadStateDict into an existing model of the kind that it is of", "a plain state dict: tensors that don't say what layers and units they are of. Convert the file that they were taken from with '--format deepbelief' or 'safetensors'"),
        (@" LoadStateDict reads its parameters into an existing model\.", ""),
        (@"; register it with UnitKinds\.Register", ""),
        (@" OnnxOutput\.FeaturesAfter writes .*$", ""),
    ];

    /// <summary>What a failure says to the user.</summary>
    public static string Text(Exception e) => e switch
    {
        OutOfMemoryException => "The memory of this machine is not enough for that.",
        // Torch's, with a trace of calls after it.
        ExternalException => $"torch: {e.Message.Split('\n')[0].TrimEnd()}",
        CheckpointMismatchException mismatch => ResumeDifferences.Text(mismatch),
        // Without the argument's name and value, which are the library's and not the user's.
        ArgumentException { ParamName: { } name } => Here(e.Message.Split($" (Parameter '{name}')")[0]),
        _ => Here(e.Message),
    };

    /// <summary>A text of the library without the advice to scale, where there is no --scale.</summary>
    public static string WithoutScaling(string text) => text.Replace($" {ScalingAdvice}", "", StringComparison.Ordinal);

    /// <summary>A text of the library in the terms of the command line.</summary>
    public static string Here(string text) => Terms.Aggregate(text, (all, term) => Regex.Replace(all, term.Library, term.Here));
}
