// Trains a small model and writes its tensors to a file:
//   DeepBelief.Tests.Trainer (rbm | dbn | classifier) OUTPUT [CHECKPOINT]
using DeepBelief.Files;
using DeepBelief;
using DeepBelief.Sampling;
using DeepBelief.Training;
using TorchSharp;

if (args is not ([("rbm" or "dbn" or "classifier"), _] or [("rbm" or "dbn" or "classifier"), _, _]))
{
    Console.Error.WriteLine("usage: DeepBelief.Tests.Trainer (rbm | dbn | classifier) OUTPUT [CHECKPOINT]");
    return 2;
}

var (kind, output) = (args[0], args[1]);
var checkpoint = args.Length > 2 ? new CheckpointOptions { Path = args[2] } : null;
torch.set_num_threads(1); // the same in every process, however busy the machine is
torch.manual_seed(11);

using var scope = torch.NewDisposeScope();
using var generator = new torch.Generator(5);
var data = torch.rand(new long[] { 150, 300 }, generator: generator).round();
var progress = new FirstEpoch();
try
{
    var model = kind switch
    {
        "rbm" => Machine(),
        "dbn" => Network(),
        _ => Net(),
    };
    PtFile.Save(output, model.state_dict());
    return 0;
}
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return 3;
}

torch.nn.Module Machine()
{
    var rbm = Rbm.Bernoulli(300, 300);
    _ = rbm.Fit(
        data,
        new()
        {
            Epochs = 40,
            BatchSize = 50,
            Optimizer = new AdamSettings(),
            LearningRate = Schedule.Linear(0.01, 0.001),
            NegativePhase = new PersistentContrastiveDivergence(1, 50),
            Patience = 30,
            Checkpoint = checkpoint,
        },
        progress: progress);
    return rbm;
}

torch.nn.Module Network()
{
    var dbn = Dbn.Bernoulli(300, 300, 250, 200);
    _ = dbn.Fit(data, new() { Epochs = 14, BatchSize = 50, Inputs = LayerInputs.Samples, Checkpoint = checkpoint }, progress: progress);
    return dbn;
}

torch.nn.Module Net()
{
    var net = torch.nn.Sequential(
        ("0", torch.nn.Linear(300, 300)),
        ("1", torch.nn.Sigmoid()),
        ("2", torch.nn.Dropout(0.5)),
        ("3", torch.nn.Linear(300, 2)));
    _ = ClassifierTraining.FitClassifier(net, data, data.select(1, 0).to(torch.ScalarType.Int64), new() { Epochs = 40, BatchSize = 50, Checkpoint = checkpoint }, progress: progress);
    return net;
}

/// <summary>Says when the first epoch of this process is over: from now on the run can be killed in the midst of things.</summary>
internal sealed class FirstEpoch : IProgress<TrainingProgress>
{
    private bool said;

    public void Report(TrainingProgress value)
    {
        if (said || value.Batch < value.Batches)
            return;
        said = true;
        Console.WriteLine("training");
    }
}
