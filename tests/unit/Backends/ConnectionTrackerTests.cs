using ApiLb.Backends;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Backends;

public sealed class ConnectionTrackerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ConnectionTracker _tracker = new();

    [Theory]
    [InlineData("Bytes", "b", "c")]
    [InlineData("Age", "a", "c")]
    [InlineData("Idle", "c", "a")]
    public void Top_HasThoseThatComeFirstInOrder(string order, params string[] expected)
    {
        Add("a", age: 30, bytes: 1, idle: 2);
        Add("b", age: 10, bytes: 9, idle: null);
        Add("c", age: 20, bytes: 5, idle: 7);

        Assert.Equal(expected, _tracker.Top(Enum.Parse<ConnectionOrder>(order), 2, _ => true).Select(r => r.Listener));
    }

    [Fact]
    public void Top_TellsOnlyWhatIsAskedFor()
    {
        Add("a", age: 30, bytes: 1, idle: 2);
        Add("b", age: 10, bytes: 9, idle: 3);

        var only = Assert.Single(_tracker.Top(ConnectionOrder.Age, 10, r => r.Listener == "b"));
        Assert.Equal(TimeSpan.FromSeconds(3), only.Idle);
    }

    /// <summary>Each number adds the connection of this number, or removes it when it is there.</summary>
    [Fact]
    public void AnyOrderOfComingAndGoing_IsAsInAList() =>
        Prop.ForAll(Gen.Choose(0, 7).ArrayOf().ToArbitrary(), steps =>
        {
            ConnectionTracker tracker = new();
            var connections = Enumerable.Range(0, 8).Select(_ => new CountedConnection()).ToArray();
            List<TrackedConnection> model = [];
            return steps.All(step =>
            {
                Toggle(tracker, model, connections[step]);
                return tracker.Count == model.Count && tracker.ToArray().SequenceEqual(model);
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ManyThreadsComeAndGo_NobodyIsLeft()
    {
        Parallel.For(0, 20_000, _ =>
        {
            CountedConnection connection = new();
            _tracker.Add(connection);
            Assert.Contains(connection, _tracker.ToArray());
            _tracker.Remove(connection);
        });

        Assert.Equal(0, _tracker.Count);
        Assert.Empty(_tracker.ToArray());
    }

    [Fact]
    public void Closed_CountsTheFirstReasonAndCutsOnce()
    {
        CountedConnection connection = new();
        Assert.Null(connection.ClosedFor);

        Assert.True(connection.Close(CloseReason.BackendDead));
        Assert.False(connection.Close(CloseReason.Drain));

        Assert.Equal((CloseReason.BackendDead, 1), (connection.ClosedFor, connection.Cuts));
    }

    [Fact]
    public void ClosedForTheFirstReasonOfAll_IsClosed()
    {
        CountedConnection connection = new();

        Assert.True(connection.Close(default));
        Assert.False(connection.Close(default));

        Assert.Equal(default(CloseReason), connection.ClosedFor);
    }

    [Fact]
    public void NoConnections_HaveNoAck() => Assert.False(_tracker.AnyAckWithin(Second));

    [Fact]
    public void OneOfManyHasAnAck_IsFound()
    {
        AddMany(100, 2 * Second);
        _tracker.Add(new CountedConnection(Second));
        AddMany(100, null);

        Assert.True(_tracker.AnyAckWithin(Second));
        Assert.False(_tracker.AnyAckWithin(Second / 2));
    }

    [Fact]
    public void ConnectionsThatDoNotTell_HaveNoAck()
    {
        AddMany(3, null);

        Assert.False(_tracker.AnyAckWithin(TimeSpan.MaxValue));
    }

    [Fact]
    public void ThousandsOfConnections_AreNotAllAsked()
    {
        CountedConnection oldest = new(TimeSpan.Zero);
        _tracker.Add(oldest);
        AddMany(5000, 2 * Second);

        Assert.False(_tracker.AnyAckWithin(Second));
        Assert.Equal(0, oldest.Asked);
    }

    private static void Toggle(ConnectionTracker tracker, List<TrackedConnection> model, TrackedConnection connection)
    {
        if (model.Remove(connection))
        {
            tracker.Remove(connection);
        }
        else
        {
            model.Insert(0, connection);
            tracker.Add(connection);
        }
    }

    private void AddMany(int count, TimeSpan? sinceLastAck)
    {
        for (var i = 0; i < count; i++)
        {
            _tracker.Add(new CountedConnection(sinceLastAck));
        }
    }

    private void Add(string name, int age, long bytes, int? idle) => _tracker.Add(new CountedConnection(
        reading: new ConnectionReading(name, default, null, null, TimeSpan.FromSeconds(age), bytes, 0), sinceLastData: idle is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
}
