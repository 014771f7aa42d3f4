using DeepBelief.Tensors;

namespace DeepBelief.Training;

internal static class OptionsOfRanks
{
    /// <summary>Makes a call of the library with these options: with a group, what ends it on one rank ends it on all.</summary>
    /// <param name="options">The caller's options; null for the defaults.</param>
    /// <param name="call">The call, given the options that it is to use.</param>
    public static TResult OnAllRanks<TOptions, TResult>(this TOptions? options, Func<TOptions?, TResult> call)
        where TOptions : OptimizationOptions
        => RunGroup.Run(options?.Group, group => call(group is null ? options : (TOptions)((OptimizationOptions)options! with { Group = group })));
}
