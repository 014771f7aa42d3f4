using static TorchSharp.Tests.Assertions;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class DeviceTests
{
    [Fact]
    public void Devices_are_described_by_kind_and_number()
    {
        device("cpu").type.Should().Be(DeviceType.CPU);
        CPU.ToString().Should().Be("cpu");
        new Device("cuda:1").index.Should().Be(1);
        new Device("cuda:1").type.Should().Be(DeviceType.CUDA);
        new Device(DeviceType.CUDA).ToString().Should().Be("cuda");
        new Device(2).ToString().Should().Be("cuda:2");
        Device implied = "cuda:3";
        implied.index.Should().Be(3);
        FluentActions.Invoking(() => new Device("nowhere")).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Threads_are_counted()
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(1);
            get_num_threads().Should().Be(1);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void Asking_for_a_device_that_is_not_there_throws()
    {
        if (cuda.is_available()) return;
        cuda.device_count().Should().Be(0);
        FluentActions.Invoking(() => device("cuda")).Should().Throw<Exception>();
        using var t = ones(1);
        FluentActions.Invoking(() => t.cuda()).Should().Throw<Exception>();
    }

    [CudaFact]
    public void A_step_of_training_runs_on_a_CUDA_device()
    {
        using var scope = NewDisposeScope();
        var net = nn.Sequential(nn.Linear(4, 3), nn.Sigmoid(), nn.Linear(3, 2)).to(CUDA);
        net.parameters().Should().OnlyContain(p => p.is_cuda);
        using var optimizer = optim.Adam(net.parameters(), 0.05);
        var (x, y) = (rand(32, 4, device: CUDA), randint(2, [32L], device: CUDA));
        var losses = new List<float>();
        for (var i = 0; i < 20; i++)
        {
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(net.call(x), y);
            loss.backward();
            optimizer.step();
            losses.Add(loss.item<float>());
        }

        losses[^1].Should().BeLessThan(losses[0]);
        cuda.synchronize();
        Vector(1, 2).cuda().add(1).cpu().ShouldBe(2, 3);
    }

    /// <summary>A test that is skipped, and listed so, where there is no CUDA device.</summary>
    private sealed class CudaFactAttribute : FactAttribute
    {
        public CudaFactAttribute()
        {
            if (!cuda.is_available()) Skip = "There is no CUDA device.";
        }
    }
}
