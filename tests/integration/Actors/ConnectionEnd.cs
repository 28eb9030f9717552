namespace ApiLb.IntegrationTests.Actors;

/// <summary>How a connection ended, as its client saw it.</summary>
internal enum ConnectionEnd
{
    Eof,
    Reset,
}
