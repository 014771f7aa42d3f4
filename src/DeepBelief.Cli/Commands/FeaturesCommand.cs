using System.CommandLine;
using DeepBelief.Cli.Models;
using DeepBelief.Cli.Output;

namespace DeepBelief.Cli.Commands;

/// <summary><c>deepbelief features</c>: the expected states of a model's highest layer, for each row.</summary>
internal sealed class FeaturesCommand
{
    private readonly ModelCommand model;
    private readonly ResultRows result;

    private FeaturesCommand(Command command) => (model, result) = (new(command, takesRows: true, hasSeed: false), new(command));

    public static Command Create()
    {
        var command = new Command("features", "Turn rows into features: the expected states of the highest layer, or the codes of an autoencoder.");
        CommandRun.Set(command, new FeaturesCommand(command).Run);
        return command;
    }

    private Outcome Run(CommandRun run)
    {
        using var saved = model.Load(run);
        var features = Features(saved, saved.Rows(model.Data.Read(run)));
        return result.Write(run, features, ModelCommand.Names("feature", features.shape[1]), model.Document(run, saved));
    }

    private static Tensor Features(SavedModel saved, Tensor rows) => saved.Model switch
    {
        Rbm rbm => rbm.Transform(rows),
        Dbn dbn => dbn.Transform(rows),
        Dbm dbm => dbm.Transform(rows),
        ClassificationRbm labelled => labelled.Transform(rows),
        Autoencoder autoencoder => autoencoder.Encode(rows),
        _ => throw saved.Unfit("features", "an rbm, dbn, dbm, classification-rbm or autoencoder"),
    };
}
