// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/path_graph.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <map>

namespace nsgcheck::model {

/// Vertices: the balancer, and two of each instance, as forwarder and as remote desktop server.
struct PathGraph::Graph {
  using List = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, boost::no_property, PathStep>;
  using Vertex = boost::graph_traits<List>::vertex_descriptor;
  using Edge = boost::graph_traits<List>::edge_descriptor;

  List list;
  Vertex balancer{};
  std::map<const Instance*, Vertex> desktops;

  // Goes back from a vertex to the balancer through every edge; there are no cycles.
  void collect(Vertex at, PathWay& behind, std::vector<PathWay>& out) const {
    if (at == balancer) {
      out.emplace_back(behind.rbegin(), behind.rend());
      return;
    }
    const auto edges = boost::in_edges(at, list);
    for (auto edge = edges.first; edge != edges.second; ++edge) {
      behind.push_back(list[*edge]);
      collect(boost::source(*edge, list), behind, out);
      behind.pop_back();
    }
  }
};

PathGraph::PathGraph(const Deployment& deployment, net::Family family) : graph_{std::make_unique<Graph>()} {
  Graph& graph = *graph_;
  graph.balancer = boost::add_vertex(graph.list);
  std::vector<const Instance*> all, forwarders;
  for (const Role& role : deployment.roles) {
    for (const Instance& instance : role.instances) {
      if (!instance.address(family)) continue;
      all.push_back(&instance);
      if (role.remote_forwarder) forwarders.push_back(&instance);
    }
  }
  for (const Instance* instance : all) graph.desktops[instance] = boost::add_vertex(graph.list);
  for (const Instance* forwarder : forwarders) {
    const Graph::Vertex at = boost::add_vertex(graph.list);
    boost::add_edge(graph.balancer, at, PathStep{PathStepKind::Balanced, nullptr, forwarder}, graph.list);
    for (const Instance* target : all) {
      const auto kind = target == forwarder ? PathStepKind::Inside : PathStepKind::Opened;
      boost::add_edge(at, graph.desktops[target], PathStep{kind, forwarder, target}, graph.list);
    }
  }
}

PathGraph::~PathGraph() = default;

std::vector<PathWay> PathGraph::ways(const Instance& target) const {
  std::vector<PathWay> out;
  const auto found = graph_->desktops.find(&target);
  if (found == graph_->desktops.end()) return out;
  PathWay behind;
  graph_->collect(found->second, behind, out);
  return out;
}

}  // namespace nsgcheck::model
