using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Experiments.Likelihood.Digits;
using DeepBelief.Samples.Mnist.Report.Likelihood;
using DeepBelief.Samples.Mnist.Report.Models;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood;

/// <summary>The machines that are finished.</summary>
internal sealed class LikelihoodResults : ExperimentResults
{
    private readonly List<LikelihoodResult> machines = [];
    private readonly List<NamedDbn> models = [];

    public IReadOnlyList<LikelihoodResult> Machines => machines;

    /// <summary>The trained machines of the first seed, as DBNs of one layer.</summary>
    public IReadOnlyList<NamedDbn> Models => models;

    /// <summary>scikit-learn's example; null if its digits were not found or it is not finished.</summary>
    public DigitsResult? Digits { get; set; }

    public void Add(LikelihoodResult machine) => machines.Add(machine);

    /// <summary>Takes a machine over, as long as the first seed is under way.</summary>
    /// <returns>Whether it did.</returns>
    public bool Keep(NamedDbn model)
    {
        if (machines.Count > 0 && machines[^1].Seed != machines[0].Seed)
            return false;
        models.Add(model);
        return true;
    }

    public override object ToJson() => new
    {
        Machines = machines.Select(one => new
        {
            one.Machine.Name,
            one.Machine.Hidden,
            one.Machine.Bits,
            one.Seed,
            Epochs = one.History.Epochs.Count,
            TrainingSeconds = one.History.Last.Elapsed.TotalSeconds,
            EvaluationSeconds = one.EvaluationTime.TotalSeconds,
            one.Train,
            one.Test,
            one.LogPartition,
            Forward = Side(one.Bracket?.Forward),
            Reverse = Side(one.Bracket?.Reverse),
            one.Bracket?.Warning,
            one.SwapAcceptance,
            one.Machine.Published,
        }),
        Digits = Digits is null ? null : new { Digits.Features, Digits.Pixels, DigitsResult.Published },
    };

    public override IEnumerable<Section> ToSections(RunRecord run, MnistData data) => LikelihoodReport.Sections(this, data);

    public override void Dispose()
    {
        foreach (var model in models)
            model.Dbn.Dispose();
    }

    private static object? Side(Evaluation.LogPartitionEstimate? estimate)
        => estimate is null ? null : new { estimate.LogPartition, estimate.StandardError, estimate.EffectiveChains };
}
