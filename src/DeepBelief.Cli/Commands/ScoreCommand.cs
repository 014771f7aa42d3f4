using System.CommandLine;
using DeepBelief.Cli.Models;
using DeepBelief.Cli.Output;
using DeepBelief.Data;

namespace DeepBelief.Cli.Commands;

/// <summary><c>deepbelief score</c>: how unlike the training rows each row is, or its class.</summary>
internal sealed class ScoreCommand
{
    private readonly ModelCommand model;
    private readonly ResultRows result;

    private ScoreCommand(Command command) => (model, result) = (new(command, takesRows: true, hasSeed: false), new(command));

    public static Command Create()
    {
        var command = new Command("score", "Score rows: by the free energy of an rbm, its upper bound of a dbm, the squared error of an autoencoder (all higher for rows unlike those of the training); or by class and probabilities of a classifier.");
        CommandRun.Set(command, new ScoreCommand(command).Run);
        return command;
    }

    private Outcome Run(CommandRun run)
    {
        using var saved = model.Load(run);
        if (saved.ClassCount is not null)
            result.ExpectTexts(run);
        var rows = saved.Rows(model.Data.Read(run));
        var json = model.Document(run, saved);
        return saved.Model switch
        {
            Rbm rbm => Column("free_energy", rbm.FreeEnergy(rows)),
            Dbm dbm => Column("free_energy_bound", dbm.FreeEnergyBound(rows)),
            Autoencoder autoencoder => Column("squared_error", autoencoder.Losses(rows)),
            Classifier net => Classes(net.PredictProbabilities(rows)),
            ClassificationRbm labelled => Classes(labelled.PredictProbabilities(rows)),
            ClassificationDbn labelled => Classes(labelled.PredictProbabilities(rows)),
            UntiedDbn { Labelled: not null } labelled => Classes(labelled.PredictProbabilities(rows)),
            _ => throw saved.Unfit("score", "an rbm, dbm, autoencoder or a model with classes"),
        };

        Outcome Column(string name, Tensor scores) => result.Write(run, scores.detach().reshape(-1, 1).cpu(), [name], json);

        Outcome Classes(Tensor probabilities)
        {
            var (chances, classes) = (probabilities.detach().cpu(), probabilities.argmax(1).cpu());
            var names = Enumerable.Range(0, (int)chances.shape[1]).Select(number => saved.ClassName(number)).ToList();
            var numbers = CsvTable.FromTensor(chances);
            return result.Write(
                run,
                new CsvTable(["class", .. names.Select(name => $"p({name})")], [.. numbers.Rows.Zip(classes.data<long>(), (row, number) => (IReadOnlyList<string?>)[names[(int)number], .. row])]),
                json);
        }
    }
}
