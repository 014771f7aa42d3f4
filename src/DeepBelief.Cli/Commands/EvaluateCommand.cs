using System.CommandLine;
using System.Text.Json.Nodes;
using DeepBelief.Cli.Models;
using DeepBelief.Cli.Options;
using DeepBelief.Cli.Output;
using DeepBelief.Evaluation;

namespace DeepBelief.Cli.Commands;

/// <summary><c>deepbelief evaluate</c>: the log-likelihood of rows under a model, or how many classes of rows a classifier knows.</summary>
internal sealed class EvaluateCommand
{
    private readonly Option<int?> steps = NumberOption.Whole("--steps", "Steps of annealing, of equal size. Default: the 14,500 of Salakhutdinov and Murray.");
    private readonly Option<int> chains = NumberOption.Whole("--chains", [], "Chains of annealing.", usual: 100, least: 2);
    private readonly ModelCommand model;
    private readonly LabelOptions labels;

    private EvaluateCommand(Command command)
    {
        model = new(command, takesRows: true, hasSeed: true);
        labels = new(command);
        command.Add(steps);
        command.Add(chains);
    }

    public static Command Create()
    {
        var command = new Command(
            "evaluate",
            "Measure a model on rows: the mean log-likelihood in nats, exact for a small rbm or dbn, else between two ends by annealed importance sampling (of a dbn or dbm, of a lower bound); or, of a model with classes, accuracy and loss.");
        CommandRun.Set(command, new EvaluateCommand(command).Run);
        return command;
    }

    private Outcome Run(CommandRun run)
    {
        using var saved = model.Load(run);
        Check(run, saved);
        var (file, classes) = (model.Data.ReadRows(run), labels.File(run, model.Data));
        model.Data.Check(run, [file], classes);
        var (rows, json) = (saved.Rows(file.WithoutIfThere(labels.Column(run))), model.Document(run, saved));
        json["rows"] = rows.shape[0];
        return saved.Model switch
        {
            Rbm rbm when ExactEnumeration.IsPossible(rbm) => Exact(LogLikelihood.Evaluate(rbm, rows, ExactEnumeration.LogPartition(rbm, run.CancellationToken))),
            Rbm rbm => Bracket(rbm),
            Dbm dbm => BoundOf(dbm),
            Dbn dbn when DeepLogLikelihood.IsExactPossible(dbn) => Exact(DeepLogLikelihood.Exact(dbn, rows, run.CancellationToken)),
            Dbn dbn => BoundOfNetwork(dbn),
            Classifier net => Score(net.Score(rows, Labels())),
            ClassificationRbm labelled => Score(labelled.Score(rows, Labels())),
            ClassificationDbn labelled => Score(labelled.Score(rows, Labels())),
            UntiedDbn { Labelled: not null } labelled => Score(labelled.Score(rows, Labels())),
            _ => throw saved.Unfit("evaluate", "an rbm, dbn, dbm or a model with classes"),
        };

        Tensor Labels() => labels.Read(run, classes, file, saved.KnownClasses).Labels.to(rows.device);

        Outcome Exact(LogLikelihoodEstimate estimate)
        {
            if (Annealings(run) is { } unused)
                run.Warn($"{unused} has no effect: the model is so small that its likelihood is exact.");
            json["exact"] = true;
            json["logLikelihood"] = Estimate(estimate);
            return Outcome.Of(json, FormattableString.Invariant($"log-likelihood {estimate.Mean:f4} ± {estimate.StandardError:f4} nats a row, exact, {rows.shape[0]} rows"));
        }

        Outcome BoundOf(Dbm dbm)
        {
            var partition = run.Progress.Annealing("annealing", progress => AnnealedImportanceSampling.Bracket(dbm, rows, Annealing(run), progress, run.CancellationToken));
            return Between(partition, LogLikelihood.LowerBound(dbm, rows, partition), isBound: true);
        }

        Outcome BoundOfNetwork(Dbn dbn)
        {
            var top = dbn.TransformToTop(rows);
            var partition = run.Progress.Annealing("annealing", progress => AnnealedImportanceSampling.Bracket(dbn.TopMachine, top, Annealing(run), progress, run.CancellationToken));
            using var generator = model.Device.Generator(run);
            return Between(partition, DeepLogLikelihood.LowerBound(dbn, rows, partition, generator: generator, cancellationToken: run.CancellationToken), isBound: true);
        }

        Outcome Bracket(Rbm rbm)
        {
            var partition = run.Progress.Annealing("annealing", progress => AnnealedImportanceSampling.Bracket(rbm, rows, Annealing(run), progress, run.CancellationToken));
            return Between(partition, LogLikelihood.Evaluate(rbm, rows, partition), isBound: false);
        }

        Outcome Between(LogPartitionBracket partition, LogLikelihoodBracket bracket, bool isBound)
        {
            run.Warn(partition.Warning);
            run.Warn(bracket.Warning);
            json["exact"] = false;
            json["isLowerBound"] = isBound;
            json["logLikelihood"] = new JsonObject { ["lower"] = Estimate(bracket.Lower), ["upper"] = Estimate(bracket.Upper) };
            json["logPartition"] = new JsonObject { ["lower"] = Outcome.Number(partition.Lower), ["upper"] = Outcome.Number(partition.Upper), ["standardError"] = Outcome.Number(partition.StandardError) };
            return Outcome.Of(
                json,
                FormattableString.Invariant($"{(isBound ? "lower bound of the log-likelihood" : "log-likelihood")} {bracket.Lower.Mean:f4} to {bracket.Upper.Mean:f4} nats a row, ± {bracket.Lower.StandardError:f4}, {rows.shape[0]} rows"));
        }

        Outcome Score(ClassifierScore score)
        {
            json["accuracy"] = Outcome.Number(score.Accuracy);
            json["loss"] = Outcome.Number(score.Loss);
            return Outcome.Of(json, FormattableString.Invariant($"accuracy {score.Accuracy:f4}, loss {score.Loss:f4}, {rows.shape[0]} rows"));
        }
    }

    // Of options without effect, those that a script for models of every size has get a warning alone.
    private void Check(CommandRun run, SavedModel saved)
    {
        if (saved.ClassCount is null && labels.AreGiven(run))
            throw new UsageException($"--label-column and --labels are for models with classes; '--ignore COLUMN' leaves a column out for a {saved.Kind}.");
        if (saved.ClassCount is not null && Annealings(run) is { } given)
            throw new UsageException($"{given} is for likelihoods; a {saved.Kind} has accuracy and loss.");
        Memory.Expect((double)run.Parsed.GetValue(chains) * saved.Units * 3 * sizeof(float), $"--chains {run.Parsed.GetValue(chains)}");
    }

    private string? Annealings(CommandRun run) => run.Has(steps) ? steps.Name : run.Has(chains) ? chains.Name : null;

    private AnnealingOptions Annealing(CommandRun run) => new()
    {
        Schedule = run.Parsed.GetValue(steps) is { } given ? AnnealingSchedule.Uniform(given) : AnnealingSchedule.SalakhutdinovMurray,
        Chains = run.Parsed.GetValue(chains),
        Seed = model.Device.Seed(run),
    };

    private static JsonObject Estimate(LogLikelihoodEstimate estimate) => new() { ["mean"] = Outcome.Number(estimate.Mean), ["standardError"] = Outcome.Number(estimate.StandardError) };
}
